import { logSituations } from './log-situations.ts';
import { paritySuite } from './parity-suite.ts';

paritySuite(logSituations);
