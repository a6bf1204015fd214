// What comes in: how whole the windows are, and the records that were refused, one by one, with the way back.
import { useState } from 'preact/hooks';
import type { LettersPage, QualityPage as Answer } from '../../src/api/quality-api.ts';
import { queryOf } from '../live/ask-api.ts';
import { useSettings } from '../live/settings.ts';
import { useLoad } from '../live/use-load.ts';
import { Problem, Waiting } from '../parts/notices.tsx';
import { count, counted, percent } from '../words/figures.ts';
import { momentText } from '../words/times.ts';
import { LetterList } from './letter-list.tsx';

export function QualityPage({ user }: { user: string | null }) {
  const { data, error, reload } = useLoad<Answer>('api/quality', ['quality', 'fleet']);
  return (
    <section class="page quality" aria-labelledby="quality-title">
      <div class="page-head">
        <h1 id="quality-title">Data quality</h1>
        <p class="page-sum">{data === null ? ' ' : <Since ms={data.sinceMs} />}</p>
      </div>
      {error !== null && <Problem text={error} />}
      {data === null && error === null && <Waiting what="figures" />}
      {data !== null && <Windows answer={data} />}
      {data !== null && <Letters answer={data} user={user} onSent={reload} />}
    </section>
  );
}

function Since({ ms }: { ms: number | null }) {
  const { zone } = useSettings();
  return <>{ms === null ? 'No window has come yet.' : `Windows that were written since ${momentText(ms, zone)}`}</>;
}

const columns = [
  ['interpolated', 'Bridged', 'short gaps were bridged'],
  ['gappy', 'Too many holes', 'too much never arrived: no score'],
  ['amended', 'Changed late', 'samples that came late changed them'],
  ['guarded', 'In doubt', 'a guard doubted their samples'],
  ['notFinite', 'Not finite', 'their features were no numbers'],
] as const;

function Windows({ answer: { classes, late } }: { answer: Answer }) {
  return (
    <section class="panel" aria-labelledby="windows-title">
      <h2 id="windows-title">Windows</h2>
      {classes.length === 0 ? (
        <p class="empty">No window has come yet.</p>
      ) : (
        <div class="wide" tabIndex={0} role="region" aria-label="Windows by class">
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">Class</th>
                <th scope="col">Windows</th>
                <th scope="col">Samples that arrived</th>
                {columns.map(([key, title, means]) => (
                  <th key={key} scope="col" title={means}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {classes.map((each) => (
                <tr key={each.deviceClass}>
                  <th scope="row">{each.deviceClass}</th>
                  <td>{count(each.windows)}</td>
                  <td>{percent(each.meanCoverage, 2)}</td>
                  {columns.map(([key]) => (
                    <td key={key} class={each[key] > 0 ? 'is-some' : 'dim'}>
                      {count(each[key])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="hint">
        {late === null
          ? 'Records that come too late are counted by the scorer (tocsin_samples_total); set topics.late to have them kept.'
          : `${counted(late.records, 'record')} came too late; they are in ${late.topic}.`}
      </p>
    </section>
  );
}

function Letters({ answer, user, onSent }: { answer: Answer; user: string | null; onSent(): void }) {
  const [reason, setReason] = useState('');
  const [q, setQ] = useState('');
  const { data, error, reload } = useLoad<LettersPage>(`api/letters?${queryOf({ reason, q, limit: 100 })}`, ['quality']);
  const { total, redriven, byReason } = answer.letters;
  const reasons = Object.entries(byReason).sort(([, one], [, two]) => two - one);
  return (
    <section class="panel" aria-labelledby="letters-title">
      <h2 id="letters-title">
        Refused records{' '}
        <span class="dim">
          {counted(total, 'record')}
          {redriven > 0 ? `, ${count(redriven)} sent again` : ''}
        </span>
      </h2>
      {total === 0 ? (
        <p class="empty">No record has been refused.</p>
      ) : (
        <>
          <div class="reasons" role="group" aria-label="Filter by reason">
            {reasons.map(([name, letters]) => (
              <button
                key={name}
                type="button"
                aria-pressed={reason === name}
                onClick={() => setReason(reason === name ? '' : name)}
              >
                {name.replaceAll('_', ' ')} <span class="count">{count(letters)}</span>
              </button>
            ))}
          </div>
          <label class="field is-search">
            <span class="sr">Search refused records</span>
            <input
              type="search"
              placeholder="Search key, id or message"
              value={q}
              maxLength={512}
              onInput={(event) => setQ(event.currentTarget.value)}
            />
          </label>
          {error !== null && <Problem text={error} />}
          {data !== null && (
            <LetterList
              letters={data.letters}
              reason={reason}
              user={user}
              canRedrive={answer.canRedrive}
              onSent={() => (reload(), onSent())}
            />
          )}
        </>
      )}
    </section>
  );
}
