import { networkLifeSituations } from './network-life-situations.ts';
import { paritySuite } from './parity-suite.ts';

paritySuite(networkLifeSituations);
