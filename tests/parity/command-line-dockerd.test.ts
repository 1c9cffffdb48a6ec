import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { Engine } from '@berth/testing';
import { commandLineSuite } from './command-line-suite.ts';

/** The same lines against Debian's dockerd, whose API is older than the clients'. */
commandLineSuite('dockerd', async () => {
  const script = path.resolve(import.meta.dirname, '../../scripts/reference-docker.sh');
  execFileSync('sh', [script], { stdio: 'inherit' });
  return await Engine.start('docker');
});
