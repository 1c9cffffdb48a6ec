import { openBerth } from '../clients/berth-endpoint.ts';
import { commandLineSuite } from './command-line-suite.ts';

commandLineSuite('berthd', openBerth);
