import { openBerth } from '../clients/berth-endpoint.ts';
import { commandLineSuite } from './command-line-suite.ts';

commandLineSuite(async () => Object.assign(await openBerth(), { kind: 'berthd' as const }));
