import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import type { TarEntry } from '@berth/tar/tar-entry.ts';
import { TarReader } from '@berth/tar/tar-reader.ts';
import { directory, tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import { eventually } from '@berth/testing';
import { ContainersFixture } from './containers-fixture.ts';

let fixture: ContainersFixture;
before(async () => {
  fixture = await ContainersFixture.create();
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
  assert.deepEqual(fixture.leftovers(), []);
});

/** Names and contents of an archive; a link is `-> target`. */
async function unpacked(stream: Readable): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let open: TarEntry | undefined;
  const reader = new TarReader({
    entry: (it) => {
      open = it;
      found[it.name] = it.type === 'symlink' ? `-> ${it.linkName}` : '';
    },
    data: (chunk, start, length) => {
      const name = open?.name ?? '';
      found[name] += chunk.toString('latin1', start, start + length);
    },
    entryEnd: () => undefined,
  });
  reader.write(await buffer(stream));
  reader.finish();
  return found;
}

async function read(id: string, path: string): Promise<Record<string, string>> {
  return await unpacked((await fixture.service.readFiles(id, path)).stream);
}

function write(
  id: string,
  path: string,
  entries: Parameters<typeof tarOf>[0],
  more: { readonly noOverwriteDirNonDir?: boolean; readonly copyUidGid?: boolean } = {},
): Promise<void> {
  return fixture.service.writeFiles(id, path, {
    source: Readable.from([tarOf(entries)]),
    noOverwriteDirNonDir: more.noOverwriteDirNonDir ?? true,
    copyUidGid: more.copyUidGid ?? false,
  });
}

async function create(
  body: Parameters<ContainersFixture['service']['create']>[0],
): Promise<string> {
  return (await fixture.service.create({ Image: 'busybox', ...body }, {})).Id;
}

const sleeping = ['sleep', '600'];
const file = (name: string, data = 'new') => ({ name, content: data });

test('files go in and out, running and stopped, through links and volumes', async () => {
  const { service } = fixture;
  const outside = join(fixture.folder, 'bind');
  mkdirSync(outside);
  const first = await create({ HostConfig: { Binds: ['files-volume:/data'] } });
  await write(first, '/data', [directory('sub')]);
  await service.remove(first);
  const id = await create({
    Cmd: ['sh', '-c', 'mkdir -p /a/b; echo hi >/a/b/f; ln -s /a/b /link; sleep 600'],
    HostConfig: {
      Binds: ['files-volume:/data', `${outside}:/bind`],
      Mounts: [
        {
          Type: 'volume',
          Source: 'files-volume',
          Target: '/part',
          VolumeOptions: { Subpath: 'sub' },
        },
      ],
      Tmpfs: { '/scratch': '' },
    },
  });
  await service.start(id);
  await eventually(async () =>
    assert.equal((await service.statFile(id, '/link')).linkTarget, '/a/b'),
  );
  assert.deepEqual(await read(id, '/a'), { 'a/': '', 'a/b/': '', 'a/b/f': 'hi\n' });
  assert.deepEqual(await read(id, '/link'), { link: '-> /a/b' });
  assert.deepEqual(await read(id, '/link/.'), { './': '', './f': 'hi\n' });
  await write(id, '/link', [file('g')]);
  await write(id, '/part', [file('h', 'part')]);
  await write(id, '/scratch', [file('i')]);
  await write(id, '/bind', [file('j')]);
  assert.deepEqual(await read(id, '/scratch/i'), { i: 'new' });
  const whole = Object.keys(await read(id, '/'));
  assert.ok(whole.includes('/a/b/g') && whole.includes('/data/sub/h') && whole.includes('/proc/'));
  assert.deepEqual(
    whole.filter((name) => /^\/(proc|sys)\/./.test(name)),
    [],
  );
  await service.kill(id);
  await service.wait(id, 'not-running').then(({ result }) => result);
  assert.deepEqual(await read(id, '/a/b'), { 'b/': '', 'b/f': 'hi\n', 'b/g': 'new' });
  assert.deepEqual(await read(id, '/part'), { 'part/': '', 'part/h': 'part' });
  await assert.rejects(read(id, '/scratch/i'), { code: 'containers.file-missing' });
  await write(id, '/data/sub', [file('k')]);
  assert.deepEqual(readdirSync(outside), ['j']);
  assert.deepEqual(await read(id, '/part/k'), { k: 'new' });
  assert.equal((await service.statFile(id, '/a/b/')).name, 'b');
  await service.remove(id, { volumes: true });
});

test('what must not be overwritten is not', async () => {
  const { service } = fixture;
  const outside = join(fixture.folder, 'read-only');
  mkdirSync(outside);
  const id = await create({
    Cmd: sleeping,
    User: '7:8',
    HostConfig: { Binds: [`${outside}:/fixed:ro`, 'files-rw:/rw'], ReadonlyRootfs: true },
  });
  for (const running of [false, true]) {
    if (running) await service.start(id);
    await assert.rejects(write(id, '/fixed', [file('x')]), {
      message: 'mounted volume is marked read-only',
    });
    await assert.rejects(write(id, '/bin', [file('x')]), {
      message: 'container rootfs is marked read-only',
    });
    await write(id, '/rw', [directory('folder'), file('file')], {
      copyUidGid: true,
    });
    await assert.rejects(write(id, '/rw', [file('folder')]), {
      message: 'cannot overwrite directory "/rw/folder" with non-directory "/rw"',
    });
    await assert.rejects(write(id, '/rw', [directory('file')]), {
      message: 'cannot overwrite non-directory "/rw/file" with directory "/rw"',
    });
    await assert.rejects(write(id, '/rw/file', [file('x')]), {
      message: 'extraction point is not a directory',
    });
    await assert.rejects(write(id, '/rw/nosuch', [file('x')]), {
      message: `Could not find the file /rw/nosuch in container ${id}`,
    });
  }
  await assert.rejects(write(id, '/', [file('../x')]));
  await service.remove(id, { force: true, volumes: true });
});

test('a container cannot lead a copy outside of its root, even while it changes its files', async () => {
  const { service } = fixture;
  const outside = join(fixture.folder, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'secret of the host');
  const swap = `mkdir -p /real${outside}; while :; do mkdir /d; echo fake >/d/secret; rm -r /d; ln -s ${outside} /d; rm /d; ln -s ../../../../../../../..${outside} /d; rm /d; done`;
  const id = await create({ Cmd: ['sh', '-c', swap] });
  await service.start(id);
  const seen: string[] = [];
  for (let round = 0; round < 60; round++) {
    await write(id, '/d', [file('planted')]).catch(requireEngineError);
    await write(id, '/', [directory('d'), file('d/planted')], {
      noOverwriteDirNonDir: false,
    }).catch(requireEngineError);
    const found = await read(id, '/d/secret').catch(requireEngineError);
    seen.push(...Object.values(found ?? {}));
  }
  assert.ok(!seen.some((text) => text.includes('host')), seen.join());
  assert.deepEqual(readdirSync(outside), ['secret']);
  assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret of the host');
  await service.remove(id, { force: true });
});

function requireEngineError(error: unknown): undefined {
  assert.ok(isEngineError(error), String(error));
  return undefined;
}

test('mounts are never replaced, and removing a container ends its copies', async () => {
  const { service } = fixture;
  const id = await create({
    Cmd: sleeping,
    HostConfig: { Binds: [`${join(fixture.folder, 'state.db')}:/held`, 'files-big:/big'] },
  });
  await service.start(id);
  await assert.rejects(write(id, '/', [file('held')]), {
    message: 'unlinkat /held: device or resource busy',
  });
  await service.kill(id);
  await service.wait(id, 'not-running').then(({ result }) => result);
  await write(id, '/big', [file('zeros', '\0'.repeat(8 << 20))]);
  const { stream } = await service.readFiles(id, '/big');
  stream.read();
  const ended = assert.rejects(buffer(stream), { code: 'containers.files-cut-off' });
  await service.remove(id, { volumes: true });
  await ended;
});

test('sizes count the writable layer once and the image by its record', async () => {
  const { service } = fixture;
  const id = await create({ Cmd: sleeping });
  await write(id, '/', [file('sized', 'x'.repeat(4096))]);
  const { SizeRw, SizeRootFs } = await service.inspect(id, { size: true });
  assert.ok(Number(SizeRw) >= 4096 && Number(SizeRootFs) > Number(SizeRw));
  await service.remove(id);
});

test('what a killed daemon left mounted is unmounted, and its content stays', async () => {
  const { kernel, folder } = fixture;
  const [data, view] = [join(folder, 'kept'), join(folder, 'run/views/left')];
  for (const path of [data, view]) mkdirSync(path, { recursive: true });
  writeFileSync(join(data, 'file'), 'content');
  kernel.mounts.mount({ source: data, target: view, flags: ['bind'] });
  await fixture.restart();
  assert.deepEqual(kernel.mounts.list(join(folder, 'run/views')), []);
  assert.deepEqual(readdirSync(data), ['file']);
});
