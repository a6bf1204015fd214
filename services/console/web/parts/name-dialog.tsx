// Asks once who is speaking: every verdict carries a name.
import { useEffect, useRef, useState } from 'preact/hooks';
import { choose, settings } from '../live/settings.ts';

/** Resolves with the name, or null where it was not given. */
let pending: ((name: string | null) => void) | null = null;
let show: (isOpen: boolean) => void = () => undefined;

/** The signed-in user, the name chosen before, or whatever is typed now. */
export function whoSpeaks(user: string | null): Promise<string | null> {
  const known = user ?? settings().who;
  if (known !== '') return Promise.resolve(known);
  return new Promise((resolve) => {
    pending?.(null);
    pending = resolve;
    show(true);
  });
}

export function askForName(): void {
  show(true);
}

export function NameDialog() {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState(settings().who);
  const dialog = useRef<HTMLDialogElement>(null);
  show = setOpen;
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal();
  }, [isOpen]);
  const end = (result: string | null) => {
    if (result !== null) choose({ who: result });
    pending?.(result);
    pending = null;
    setOpen(false);
    dialog.current?.close();
  };
  if (!isOpen) return null;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="name-title" onClose={() => end(null)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') end(name.trim());
        }}
      >
        <h2 id="name-title">Who are you?</h2>
        <p>Your name is written beside what you say and do, for everybody to see. This browser remembers it.</p>
        <label class="field">
          <span class="field-name">Name</span>
          <input
            type="text"
            value={name}
            maxLength={80}
            autoComplete="name"
            required
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <div class="dialog-end">
          <button type="button" class="plain" onClick={() => end(null)}>
            Cancel
          </button>
          <button type="submit" class="strong">
            Go on
          </button>
        </div>
      </form>
    </dialog>
  );
}
