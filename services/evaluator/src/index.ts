export { baselineLearners } from './baselines/index.ts';
export { judgeClass } from './protocol/judge-class.ts';
