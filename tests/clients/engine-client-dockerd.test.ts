import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { engineClientSuite } from './engine-client-suite.ts';

/** Debian's dockerd, whose API (1.41) is older than the client's. */
const script = path.resolve(import.meta.dirname, '../../scripts/reference-docker.sh');
execFileSync('sh', [script], { stdio: 'inherit' });
engineClientSuite('docker');
