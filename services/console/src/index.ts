// The console: what is known of the fleet, as an API and as a page.
export type { ConsoleWorld } from './create-parts.ts';
export { runConsole, type RunningConsole } from './run-console.ts';
export type { ChangeBody, VersionHistory } from './api/models-api.ts';
export type { LetterDesk } from './letter-desk.ts';
export { undoOf, undoOfBatch, undoRefusal } from './view/take-back.ts';
export { createVerdictBook } from './view/verdict-book.ts';
export { ChangeRefused, type ModelDesk } from './model-desk.ts';
