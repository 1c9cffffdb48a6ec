import { paritySuite } from './parity-suite.ts';
import { volumeSituations } from './volume-situations.ts';

paritySuite(volumeSituations);
