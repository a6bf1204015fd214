// The command line as a function.
export { runProgram } from './program.ts';
export type { Outcome, World } from './world.ts';
