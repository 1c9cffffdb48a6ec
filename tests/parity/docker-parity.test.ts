import { paritySuite } from './parity-suite.ts';
import { situations } from './situations.ts';

paritySuite(situations);
