import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import { type Digest, parseDigest } from '@berth/oci';
import { isProgramCompression, sniffCompression } from '@berth/snapshots/unpack/compression.ts';
import { toText } from '@berth/tar/byte-string.ts';
import type { TarEntry } from '@berth/tar/tar-entry.ts';
import { TarFormatError } from '@berth/tar/tar-format-error.ts';
import { TarReader } from '@berth/tar/tar-reader.ts';
import { blobKey } from '../lease-key.ts';
import type { Lease } from '../leases.ts';
import { StagedBlob, type StagingArea } from '../staged-blob.ts';
import { type ArchiveMember, ArchiveMembers } from './archive-members.ts';
import { linkedName, memberName } from './member-name.ts';
import { openArchive } from './open-archive.ts';
import { RecompressedMember } from './recompressed-member.ts';
import { headLength, sniffMember } from './sniff-member.ts';

/** What all documents together may take in memory. */
const documentsLimit = 64 << 20;
const memberLimit = 50_000;

type Step =
  | { readonly type: 'entry'; readonly entry: TarEntry }
  | { readonly type: 'data'; readonly data: Buffer }
  | { readonly type: 'end' };

/** The file that is coming in. Where it goes is decided when its first bytes are known. */
interface IncomingFile {
  readonly name: string;
  readonly size: number;
  fate: 'undecided' | 'document' | 'layer' | 'other' | 'skipped';
  /** Bytes in memory: all of a document, the first ones of a file that is still undecided. */
  parts: Buffer[];
  length: number;
  staged: StagedBlob | undefined;
  recompressed?: RecompressedMember;
}

/**
 * Takes in an image archive in one pass: small documents into memory, everything else into temporary
 * files of the content store, layers unpacking on the way. Nothing in the archive is trusted. Disposing
 * removes whatever was not committed.
 */
export class ArchiveIntake implements AsyncDisposable {
  readonly #area: StagingArea;
  readonly #lease: Lease;
  readonly #unpackAtOnce: boolean;
  readonly #members = new Map<string, ArchiveMember>();
  readonly #staged: StagedBlob[] = [];
  #file: IncomingFile | undefined;
  #documentBytes = 0;

  /** `unpackAtOnce`: whether layers unpack without the ones below them. */
  constructor(area: StagingArea, lease: Lease, unpackAtOnce: boolean) {
    this.#area = area;
    this.#unpackAtOnce = unpackAtOnce;
    this.#lease = lease;
  }

  async read(source: Readable): Promise<ArchiveMembers> {
    let steps: Step[] = [];
    const reader = new TarReader({
      entry: (entry) => steps.push({ type: 'entry', entry }),
      data: (chunk, start, length) =>
        steps.push({ type: 'data', data: chunk.subarray(start, start + length) }),
      entryEnd: () => steps.push({ type: 'end' }),
    });
    for await (const chunk of openArchive(source, (...call) =>
      this.#area.transfer.decompress(...call),
    )) {
      this.#area.signal.throwIfAborted();
      // What follows the end of the archive is read, so that the client can finish, and ignored.
      if (reader.ended) continue;
      translated(() => reader.write(chunk));
      // The pieces point into the chunk: all of them are used before the next one.
      for (const step of steps) await this.#take(step);
      steps = [];
    }
    translated(() => reader.finish());
    return new ArchiveMembers(this.#members);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file?.recompressed?.[Symbol.dispose]();
    await Promise.all(this.#staged.map((blob) => blob[Symbol.asyncDispose]()));
  }

  async #take(step: Step): Promise<void> {
    if (step.type === 'entry') await this.#begin(step.entry);
    else if (this.#file === undefined) return;
    else if (step.type === 'data') await this.#data(this.#file, step.data);
    else await this.#end(this.#file);
  }

  async #begin(entry: TarEntry): Promise<void> {
    const name = memberName(toText(entry.name));
    if (entry.type === 'symlink' || entry.type === 'hard-link') {
      const target = linkedName(name, toText(entry.linkName), entry.type);
      this.#keep(name, { type: 'link', target });
    }
    if (entry.type !== 'file') {
      this.#file = undefined;
      return;
    }
    if (entry.extents !== undefined) throw invalid(`member ${name} is a sparse file`);
    const { size } = entry;
    const skipped = await this.#keepStored(name);
    const fate = skipped ? 'skipped' : 'undecided';
    this.#file = { name, size, fate, parts: [], length: 0, staged: undefined };
  }

  async #data(file: IncomingFile, data: Buffer): Promise<void> {
    if (file.fate === 'skipped') return;
    const sink = file.recompressed ?? file.staged;
    if (sink !== undefined) return await sink.write(data);
    file.parts.push(Buffer.from(data));
    file.length += data.length;
    if (file.fate === 'undecided' && file.length >= headLength) await this.#decide(file);
  }

  async #end(file: IncomingFile): Promise<void> {
    if (file.fate === 'undecided') await this.#decide(file);
    if (file.fate === 'document') {
      this.#keep(file.name, { type: 'document', data: Buffer.concat(file.parts) });
    } else if (file.staged !== undefined) {
      await file.recompressed?.end();
      await file.staged.finish();
      this.#keep(file.name, { type: 'staged', blob: file.staged });
    }
    this.#file = undefined;
  }

  async #decide(file: IncomingFile): Promise<void> {
    const head = Buffer.concat(file.parts);
    file.fate = sniffMember(file.name, file.size, head.subarray(0, headLength));
    if (file.fate === 'document') {
      this.#documentBytes += file.size;
      if (this.#documentBytes > documentsLimit) {
        throw invalid(`its documents take more than ${documentsLimit} bytes`);
      }
      return;
    }
    const staged = await StagedBlob.create(file.name, this.#area);
    this.#staged.push(staged);
    file.staged = staged;
    file.parts = [];
    if (file.fate === 'layer' && this.#recompresses(file.name, head)) {
      file.recompressed = new RecompressedMember(staged, this.#area.transfer);
    }
    await (file.recompressed ?? staged).write(head);
    if (file.fate === 'layer' && this.#unpackAtOnce) staged.beginUnpack();
  }

  /** Only a docker-archive names its layers otherwise than by their digests. */
  #recompresses(name: string, head: Buffer): boolean {
    return digestInName(name) === undefined && isProgramCompression(sniffCompression(head));
  }

  /** A blob that the store has already need not be taken in again. */
  async #keepStored(name: string): Promise<boolean> {
    const digest = digestInName(name);
    if (digest === undefined) return false;
    await this.#lease.hold(blobKey(digest));
    const info = await this.#area.content.info(digest);
    if (info === undefined) return false;
    this.#keep(name, { type: 'stored', digest, size: info.size });
    return true;
  }

  #keep(name: string, member: ArchiveMember): void {
    this.#members.set(name, member);
    if (this.#members.size > memberLimit) throw invalid(`it has more than ${memberLimit} members`);
  }
}

/** The digest that a member of a blob folder claims to have. */
function digestInName(name: string): Digest | undefined {
  const [, algorithm, encoded] = /^blobs\/([a-z0-9]+)\/([0-9a-f]+)$/.exec(name) ?? [];
  return algorithm === undefined ? undefined : parseDigest(`${algorithm}:${encoded}`);
}

function translated(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof TarFormatError)) throw error;
    throw engineError('images.invalid-archive', { reason: error.message }, { cause: error });
  }
}

function invalid(reason: string): Error {
  return engineError('images.invalid-archive', { reason });
}
