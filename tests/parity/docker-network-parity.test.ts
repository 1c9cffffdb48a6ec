import { networkSituations } from './network-situations.ts';
import { paritySuite } from './parity-suite.ts';

paritySuite(networkSituations);
