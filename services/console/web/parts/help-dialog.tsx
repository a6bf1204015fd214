// Keys, what the states mean, and what can be set.
import { useEffect, useRef } from 'preact/hooks';
import { deviceStates } from '../../src/api/words.ts';
import { StateGlyph } from '../fleet/state-glyph.tsx';
import { choose, useSettings } from '../live/settings.ts';
import { stateMeaning } from '../words/states.ts';

const keys = [
  ['j k', 'next, previous'],
  ['Enter', 'open the device'],
  ['r f m u', 'real, false alarm, maintenance, unsure'],
  ['z', 'take the verdict back'],
  ['Z', 'take it back on all alerts that it was said of at once'],
] as const;

export function HelpDialog({ onEnd }: { onEnd(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { who, hasKeys } = useSettings();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="help-title" onClose={onEnd}>
      <h2 id="help-title">Help and settings</h2>
      <h3>Keys, in lists</h3>
      <dl class="keys">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={hasKeys} onChange={(event) => choose({ hasKeys: event.currentTarget.checked })} /> Single
        letters act
      </label>
      <h3>States of a device</h3>
      <dl class="keys">
        {deviceStates.map((state) => (
          <div key={state}>
            <dt class={`is-${state}`}>
              <StateGlyph state={state} share={0.6} /> {state}
            </dt>
            <dd>{stateMeaning[state]}</dd>
          </div>
        ))}
      </dl>
      <label class="field">
        <span class="field-name">Your name</span>
        <input type="text" value={who} maxLength={80} onChange={(event) => choose({ who: event.currentTarget.value.trim() })} />
      </label>
      <div class="dialog-end">
        <a href="api/openapi.json" target="_blank" rel="noreferrer">
          The API, as OpenAPI
        </a>
        <button type="button" class="strong" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
