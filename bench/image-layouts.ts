import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** An image that registries are filled with: an OCI layout that skopeo reads. */
export interface ImageLayout {
  readonly name: string;
  readonly what: string;
  /** Highest ratio to Docker's time that the project promises. */
  readonly pullTarget: number;
  readonly folder: string;
}

/** The three images, made once and kept in the cache folder. */
export async function imageLayouts(cache: string, debianRoot: string): Promise<ImageLayout[]> {
  const layouts = [
    { name: 'debian', what: 'a Debian root', pullTarget: 0.5, tars: () => [debianRoot] },
    { name: 'layers', what: 'ten layers of 40 MB', pullTarget: 0.4, tars: tenLayers },
    { name: 'files', what: '50,000 small files', pullTarget: 0.45, tars: smallFiles },
  ];
  const made: ImageLayout[] = [];
  for (const { name, what, pullTarget, tars } of layouts) {
    const folder = path.join(cache, `layout-${name}`);
    if (!existsSync(folder)) await makeLayout(cache, folder, tars);
    made.push({ name, what, pullTarget, folder });
  }
  return made;
}

async function makeLayout(
  cache: string,
  folder: string,
  tars: (scratch: string) => string[],
): Promise<void> {
  const scratch = mkdtempSync(path.join(cache, 'making-'));
  try {
    const layout = path.join(scratch, 'layout');
    mkdirSync(path.join(layout, 'blobs/sha256'), { recursive: true });
    const layers: object[] = [];
    const diffIds: string[] = [];
    for (const tar of tars(scratch)) {
      const gzipped = path.join(scratch, 'layer.gz');
      await pipeline(createReadStream(tar), createGzip(), createWriteStream(gzipped));
      const digest = await digestOf(gzipped);
      diffIds.push(await digestOf(tar));
      const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
      layers.push({ mediaType, digest, size: statSync(gzipped).size });
      renameSync(gzipped, path.join(layout, 'blobs', digest.replace(':', '/')));
    }
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const rootfs = { type: 'layers', diff_ids: diffIds };
    const config = store(layout, { os: 'linux', architecture, config: {}, rootfs });
    const manifest = store(layout, {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers,
    });
    const top = { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest };
    const index = { schemaVersion: 2, manifests: [top] };
    writeFileSync(path.join(layout, 'index.json'), JSON.stringify(index));
    writeFileSync(path.join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    renameSync(layout, folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function store(layout: string, document: object): { digest: string; size: number } {
  const data = JSON.stringify(document);
  const hex = createHash('sha256').update(data).digest('hex');
  writeFileSync(path.join(layout, 'blobs/sha256', hex), data);
  return { digest: `sha256:${hex}`, size: data.length };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** Files of 1 MB, half of it noise: about what programs compress to. */
function tenLayers(scratch: string): string[] {
  const text = Buffer.from('the quick brown fox jumps over the lazy dog\n'.repeat(12_000));
  return Array.from({ length: 10 }, (_, layer) => {
    const tree = path.join(scratch, `layer-${layer}`);
    mkdirSync(tree);
    for (let file = 0; file < 40; file++) {
      const content = Buffer.concat([randomBytes(500_000), text.subarray(0, 500_000)]);
      writeFileSync(path.join(tree, `file-${layer}-${file}`), content);
    }
    return packed(scratch, tree);
  });
}

function smallFiles(scratch: string): string[] {
  const tree = path.join(scratch, 'files');
  const words = readFileSync(process.execPath).subarray(0, 4 << 20);
  for (let folder = 0; folder < 250; folder++) {
    mkdirSync(path.join(tree, `folder-${folder}`), { recursive: true });
    for (let file = 0; file < 200; file++) {
      const at = (folder * 200 + file) * 64;
      const content = words.subarray(at, at + 64 * (file % 40));
      writeFileSync(path.join(tree, `folder-${folder}`, `file-${file}`), content);
    }
  }
  return [packed(scratch, tree)];
}

function packed(scratch: string, tree: string): string {
  const tar = path.join(scratch, `${path.basename(tree)}.tar`);
  execFileSync('tar', ['-C', tree, '-cf', tar, '.']);
  rmSync(tree, { recursive: true });
  return tar;
}
