// NAB and SKAB in their own formats: read, scored causally, judged by their own rules, written for their own scorers.
export { readNab } from './read-nab.ts';
export { readRecorded } from './read-recorded.ts';
export { readSkab } from './read-skab.ts';
export { scoreSuite, type SuiteProgress } from './score-suite.ts';
export { SuiteError, suiteNames, type SuiteErrorCode, type SuiteFile, type SuiteName } from './suite-file.ts';
export { suiteLines, suiteTable } from './suite-lines.ts';
export { suitePlans, type SuitePlan } from './suite-plans.ts';
export { summarise, type SuiteSummary } from './suite-summary.ts';
