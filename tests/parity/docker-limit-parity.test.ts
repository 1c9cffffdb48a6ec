import { limitSituations } from './limit-situations.ts';
import { paritySuite } from './parity-suite.ts';

paritySuite(limitSituations);
