import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand, TestDaemon } from '@berth/testing';

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: object;
  annotations?: Record<string, string>;
}

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
};

let daemon: TestDaemon;
let folder: string;
let target: Descriptor;
const manifests: Descriptor[] = [];

before(async () => {
  daemon = await TestDaemon.start();
  folder = path.join(daemon.directory, 'readers');
  mkdirSync(path.join(folder, 'layout'), { recursive: true });
  await makeIndex();
});
after(() => daemon[Symbol.asyncDispose]());

async function shell(script: string): Promise<string> {
  const result = await runCommand('sh', ['-ec', `cd ${folder}; ${script}`], {
    env: { DOCKER_HOST: daemon.host, STORE: path.join(daemon.dataRoot, 'content') },
    timeoutMilliseconds: 120_000,
  });
  assert.equal(result.code, 0, `${script}\n${result.stderr}`);
  return result.stdout.trim();
}

function put(value: unknown, mediaType: string): Descriptor {
  const data = JSON.stringify(value);
  const hex = createHash('sha256').update(data).digest('hex');
  writeFileSync(path.join(folder, 'layout/blobs/sha256', hex), data);
  return { mediaType, digest: `sha256:${hex}`, size: data.length };
}

const blob = (digest: string) =>
  JSON.parse(readFileSync(path.join(folder, 'layout/blobs/sha256', digest.slice(7)), 'utf8'));

/** An index of two platforms, which share the layer of busybox, and an attestation. */
async function makeIndex(): Promise<void> {
  await shell(
    'docker save -o bb.tar busybox; tar -C layout -xf bb.tar blobs oci-layout index.json',
  );
  const [first] = layoutFile('index.json').manifests as Descriptor[];
  const own = blob(first!.digest);
  const config = blob(own.config.digest);
  for (const architecture of ['amd64', 'arm64']) {
    const changed = put({ ...config, architecture }, types.config);
    const manifest = put({ ...own, config: changed }, types.manifest);
    manifests.push({ ...manifest, platform: { os: 'linux', architecture } });
  }
  const statement = put({ predicateType: 'https://slsa.dev/provenance/v1' }, 'application/json');
  const empty = put({}, 'application/vnd.oci.empty.v1+json');
  const attestation = put(
    { schemaVersion: 2, mediaType: types.manifest, config: empty, layers: [statement] },
    types.manifest,
  );
  manifests.push({
    ...attestation,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': manifests[0]!.digest,
    },
  });
  target = put({ schemaVersion: 2, mediaType: types.index, manifests }, types.index);
  const annotations = { 'org.opencontainers.image.ref.name': 'example.org/multi:1' };
  const top = { schemaVersion: 2, manifests: [{ ...target, annotations }] };
  writeFileSync(path.join(folder, 'layout/index.json'), JSON.stringify(top));
  await shell('tar -C layout -cf multi.tar oci-layout index.json blobs');
}

const layoutFile = (name: string) =>
  JSON.parse(readFileSync(path.join(folder, 'layout', name), 'utf8'));

test('an index with an attestation loads whole and is told in full', async () => {
  await shell('docker load -i multi.tar');
  const inspect = JSON.parse(
    await shell('docker image inspect -f "{{json .}}" example.org/multi:1'),
  );
  assert.equal(inspect.Id, target.digest);
  const listed = JSON.parse(
    await shell(
      'curl -s --unix-socket ${DOCKER_HOST#unix://} "http://d/v1.51/images/json?manifests=1"',
    ),
  );
  const image = listed.find(({ Id }: { Id: string }) => Id === target.digest);
  const told = image.Manifests.map((each: { Kind: string; Available: boolean; ID: string }) => [
    each.ID,
    each.Kind,
    each.Available,
  ]);
  assert.deepEqual(told, [
    [manifests[0]!.digest, 'image', true],
    [manifests[1]!.digest, 'image', true],
    [manifests[2]!.digest, 'attestation', true],
  ]);
  assert.equal(image.Manifests[2].AttestationData.For, manifests[0]!.digest);
  assert.match(await daemon.dockerOk(['images', '--tree']), /linux\/arm64/);
  const tree = await daemon.berth(['images', '--tree']);
  assert.equal(tree.code, 0, tree.stderr);
  assert.match(tree.stdout, /example\.org\/multi:1/);
  for (const platform of ['linux/amd64', 'linux/arm64'])
    assert.match(tree.stdout, new RegExp(platform));
  assert.doesNotMatch(tree.stdout, /unknown/);
  assert.equal(await shell('docker run --rm example.org/multi:1 echo runs'), 'runs');
});

test('skopeo and umoci read the store as it lies on disk', async () => {
  const source = 'oci:$STORE:example.org/multi:1';
  const raw = JSON.parse(await shell(`skopeo inspect --raw ${source}`));
  assert.deepEqual(raw.manifests, manifests);
  await shell(`skopeo copy -q --all --preserve-digests ${source} oci:copied:multi`);
  const copied = JSON.parse(readFileSync(path.join(folder, 'copied/index.json'), 'utf8'));
  assert.equal(copied.manifests[0].digest, target.digest);
  await shell(
    'umoci unpack --image $STORE:busybox:latest bundle && test -x bundle/rootfs/bin/busybox',
  );
});

test('a saved archive is an OCI archive, a docker-archive, and the same each time', async () => {
  await shell(
    'docker save -o one.tar example.org/multi:1; docker save -o two.tar example.org/multi:1',
  );
  await shell('cmp one.tar two.tar');
  await shell('skopeo copy -q --all --preserve-digests oci-archive:one.tar:1 oci:from-archive:x');
  const read = JSON.parse(readFileSync(path.join(folder, 'from-archive/index.json'), 'utf8'));
  assert.equal(read.manifests[0].digest, target.digest);
  await shell('skopeo copy -q docker-archive:one.tar oci:from-docker:x');
  await shell(
    'umoci unpack --image from-docker:x bundle-docker && test -e bundle-docker/rootfs/bin/sh',
  );
  await shell('docker rmi example.org/multi:1; docker load -qi one.tar');
  const id = await shell('docker image inspect -f "{{.Id}}" example.org/multi:1');
  assert.equal(id, target.digest);
});

test('one platform and several are saved and loaded', async () => {
  const platforms = (list: readonly string[]) => list.map((it) => `--platform ${it}`).join(' ');
  await shell(`docker save ${platforms(['linux/arm64'])} -o arm.tar example.org/multi:1`);
  const both = await daemon.berth([
    ...['save', '--platform', 'linux/arm64', '--platform', 'linux/amd64'],
    ...['-o', path.join(folder, 'both.tar'), 'example.org/multi:1'],
  ]);
  assert.equal(both.code, 0, both.stderr);
  const refused = await daemon.docker(['save', '--platform', 'linux/s390x', 'example.org/multi:1']);
  assert.match(refused.stderr, /does not provide the specified platform \(linux\/s390x\)/);
  await shell('docker rmi example.org/multi:1; docker load -qi both.tar');
  const id = await shell('docker image inspect -f "{{.Id}}" example.org/multi:1');
  assert.equal(id, target.digest);
  await shell('docker rmi example.org/multi:1; docker load -qi arm.tar');
  const one = JSON.parse(await shell('docker image inspect -f "{{json .}}" example.org/multi:1'));
  assert.equal(one.Architecture, 'arm64');
  assert.equal(one.Id, manifests[1]!.digest);
});

test('what umoci and skopeo write is loaded and runs', async () => {
  await shell(
    `skopeo copy -q oci:$STORE:busybox:latest oci:made:x
     umoci unpack --image made:x unpacked && echo from-umoci > unpacked/rootfs/note && rm unpacked/rootfs/bin/cat
     umoci repack --image made:y unpacked
     skopeo copy -q oci:made:y oci-archive:made.tar:example.org/made:y
     docker load -qi made.tar`,
  );
  const seen = await shell(
    'docker run --rm example.org/made:y sh -c "read x </note; echo $x; ls /bin/cat 2>&1 || true"',
  );
  assert.match(seen, /cat: No such file/);
  assert.match(await shell('docker run --rm example.org/made:y busybox cat /note'), /from-umoci/);
});

test('export tells of attributes and of what is gone, running or stopped', async () => {
  const script = 'rm /bin/cat; echo x > /made; chmod 4711 /made; ln /made /also; sleep 600';
  await daemon.dockerOk(['run', '-d', '--name', 'out', 'busybox', 'sh', '-c', script]);
  await daemon.dockerOk(['exec', 'out', 'sh', '-c', 'until [ -e /also ]; do :; done']);
  const merged = await daemon.dockerOk(['inspect', '-f', '{{.GraphDriver.Data.MergedDir}}', 'out']);
  await shell(`setfattr -n user.kept -v yes ${merged}/made; docker export -o running.tar out`);
  await daemon.dockerOk(['kill', 'out']);
  await shell('docker export -o stopped.tar out; cmp running.tar stopped.tar');
  await shell(
    'mkdir tree; tar -C tree --xattrs --xattrs-include="*" -xf stopped.tar; test ! -e tree/bin/cat',
  );
  assert.equal(await shell('stat -c "%a %h" tree/made tree/also'), '4711 2\n4711 2');
  assert.match(await shell('getfattr -n user.kept --only-values tree/made'), /yes/);
  await daemon.dockerOk(['rm', 'out']);
});
