import { openBerth } from '../clients/berth-endpoint.ts';
import { commandLineSuite } from './command-line-suite.ts';
import { networkCommandLines } from './network-command-lines.ts';

const open = async () => Object.assign(await openBerth(), { kind: 'berthd' as const });
commandLineSuite(open, networkCommandLines);
