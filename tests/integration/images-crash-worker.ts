import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { ImageFixture } from './images-fixture.ts';

/** Works on the images under `root` until it is killed. */
const [root = '', archive = ''] = process.argv.slice(2);
const fixture = await ImageFixture.open({ root });
const data = readFileSync(archive);
process.send?.('ready');
for (;;) {
  await fixture.images.load(Readable.from([Buffer.from(data)]), {}, fixture.sink);
  await fixture.images.tag('crash:1', 'crash:2');
  await fixture.images.remove('crash:1');
  await fixture.images.remove('crash:2');
}
