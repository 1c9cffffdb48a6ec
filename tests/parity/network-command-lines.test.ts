import { openBerth } from '../clients/berth-endpoint.ts';
import { commandLineSuite } from './command-line-suite.ts';
import { networkCommandLines } from './network-command-lines.ts';

commandLineSuite('berthd', openBerth, networkCommandLines);
