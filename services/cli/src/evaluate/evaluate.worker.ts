// Entry of the threads of `tocsin evaluate`.
import { serveEvaluation } from '@tocsin/evaluator';
import { readDevice } from '@tocsin/simulator';
import { registeredLearners } from './learners.ts';

serveEvaluation({ readRows: (device) => readDevice(device), learners: registeredLearners.map(({ learner }) => learner) });
