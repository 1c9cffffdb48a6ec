import { fileSituations } from './file-situations.ts';
import { paritySuite } from './parity-suite.ts';

paritySuite(fileSituations);
