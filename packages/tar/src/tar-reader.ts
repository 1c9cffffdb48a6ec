import type { ByteString } from './byte-string.ts';
import {
  type ExtensionHeaders,
  hasMapInData,
  noExtensions,
  paddingOf,
  paxFileSize,
  type SparseHeader,
  storedSizeOf,
  tarEntryOf,
} from './entry-of-header.ts';
import { blockSize, type HeaderBlock, isZeroBlock, parseHeaderBlock } from './header-block.ts';
import { parseNumber } from './numeric-field.ts';
import { parsePaxRecords } from './pax-records.ts';
import { type Extent, parseOldGnuExtents, SparseMapParser } from './sparse-map.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarFormatError } from './tar-format-error.ts';

/** Receives the members of an archive in order; called synchronously. What it throws stops the reader. */
export interface TarHandler {
  /** A member begins. Only files are followed by data. */
  entry(entry: TarEntry): void;
  /** `length` bytes at `start` of `chunk` belong at `position` of the current file; valid during the call. */
  data(chunk: Buffer, start: number, length: number, position: number): void;
  /** All data of the current member came. */
  entryEnd(): void;
}

/** Bytes that PAX records, a long name or a long link may take in memory each. */
export const extensionLimit = 1 << 20;

type State =
  | 'header'
  | 'extension'
  | 'old-gnu-extents'
  | 'sparse-map'
  | 'data'
  | 'skipped-data'
  | 'padding'
  | 'end';

/**
 * Push parser for tar archives: old (v7), ustar, GNU, star and PAX, sparse files of all GNU formats.
 * Where readers differ it decides as Go's archive/tar does, because that is what other engines and
 * image scanners see: global PAX headers have no effect on members, sizes of links, directories and
 * devices are ignored, the archive ends at two zero blocks or at the end of input between members.
 * Memory is bounded whatever the archive claims. Format violations throw TarFormatError.
 */
export class TarReader {
  readonly #handler: TarHandler;
  #state: State = 'header';
  /** Bytes left of the current extension payload, file data or padding. */
  #remaining = 0;
  #padding = 0;
  #partial = Buffer.allocUnsafe(blockSize);
  #partialLength = 0;
  #sawZeroBlock = false;

  #header: HeaderBlock | undefined;
  #extensions: ExtensionHeaders = noExtensions;
  #payload: Buffer[] = [];
  #oldGnuExtents: Extent[] = [];
  #oldGnuFileSize = 0;
  #sparseMap: SparseMapParser | undefined;

  #extents: readonly Extent[] | undefined;
  #extentIndex = 0;
  #position = 0;

  constructor(handler: TarHandler) {
    this.#handler = handler;
  }

  /** True once the end-of-archive mark was read: further input is ignored. */
  get ended(): boolean {
    return this.#state === 'end';
  }

  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      switch (this.#state) {
        case 'end':
          return;
        case 'data':
          at += this.#takeData(chunk, at);
          break;
        case 'skipped-data':
        case 'padding':
          at += this.#skip(chunk.length - at);
          break;
        case 'extension':
          at += this.#takeExtension(chunk, at);
          break;
        default:
          at += this.#takeBlock(chunk, at);
      }
    }
  }

  /** Call at the end of input. Throws when a member is cut off. */
  finish(): void {
    const betweenMembers =
      this.#state === 'header' && this.#partialLength === 0 && this.#extensions === noExtensions;
    // Padding of the last member may be missing: older writers leave it out.
    if (this.#state !== 'end' && this.#state !== 'padding' && !betweenMembers) {
      throw new TarFormatError('unexpected end of archive');
    }
    this.#state = 'end';
  }

  /** Collects one 512-byte block, without copying when the chunk holds it whole. */
  #takeBlock(chunk: Buffer, at: number): number {
    const available = chunk.length - at;
    if (this.#partialLength === 0 && available >= blockSize) {
      this.#block(chunk.subarray(at, at + blockSize));
      return blockSize;
    }
    const taken = Math.min(blockSize - this.#partialLength, available);
    chunk.copy(this.#partial, this.#partialLength, at, at + taken);
    this.#partialLength += taken;
    if (this.#partialLength === blockSize) {
      this.#partialLength = 0;
      this.#block(this.#partial);
    }
    return taken;
  }

  #block(block: Buffer): void {
    if (this.#state === 'header') this.#headerBlock(block);
    else if (this.#state === 'old-gnu-extents') this.#oldGnuExtentsBlock(block);
    else this.#sparseMapBlock(block);
  }

  #headerBlock(block: Buffer): void {
    if (block[0] === 0 && isZeroBlock(block)) {
      if (this.#sawZeroBlock) this.#state = 'end';
      this.#sawZeroBlock = true;
      return;
    }
    if (this.#sawZeroBlock) throw new TarFormatError('invalid tar header after a zero block');
    const header = parseHeaderBlock(block);
    this.#header = header;
    switch (header.typeFlag) {
      case 'x':
      case 'X':
      case 'g':
      case 'L':
      case 'K':
        this.#startExtension(header.size);
        return;
      case 'S':
        this.#startOldGnuSparse(header, block);
        return;
      default:
        this.#startEntry();
    }
  }

  #startOldGnuSparse(header: HeaderBlock, block: Buffer): void {
    if (header.format !== 'gnu') throw new TarFormatError('sparse member in a non-GNU header');
    this.#oldGnuExtents = [];
    this.#oldGnuFileSize = parseNumber(block, 483, 12);
    if (this.#oldGnuFileSize < 0) throw new TarFormatError('negative size in header');
    parseOldGnuExtents(block, 386, 4, this.#oldGnuExtents);
    if (block[482] !== 0) this.#state = 'old-gnu-extents';
    else this.#startEntry();
  }

  #startExtension(size: number): void {
    if (size > extensionLimit) {
      throw new TarFormatError(
        `extension header of ${size} bytes is larger than the limit of ${extensionLimit}`,
      );
    }
    this.#payload = [];
    this.#remaining = size;
    this.#padding = paddingOf(size);
    this.#state = 'extension';
    if (size === 0) this.#endExtension();
  }

  #takeExtension(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#remaining, chunk.length - at);
    this.#payload.push(Buffer.from(chunk.subarray(at, at + taken)));
    this.#remaining -= taken;
    if (this.#remaining === 0) this.#endExtension();
    return taken;
  }

  #endExtension(): void {
    const payload = Buffer.concat(this.#payload);
    this.#payload = [];
    switch (this.#header!.typeFlag) {
      case 'L':
        this.#extensions = { ...this.#extensions, longName: untilNul(payload) };
        break;
      case 'K':
        this.#extensions = { ...this.#extensions, longLink: untilNul(payload) };
        break;
      case 'g':
        parsePaxRecords(payload);
        break;
      default:
        this.#extensions = { ...this.#extensions, pax: parsePaxRecords(payload) };
    }
    this.#startPadding();
  }

  #oldGnuExtentsBlock(block: Buffer): void {
    parseOldGnuExtents(block, 0, 21, this.#oldGnuExtents);
    if (block[504] === 0) this.#startEntry();
  }

  #sparseMapBlock(block: Buffer): void {
    this.#remaining -= blockSize;
    this.#sparseMap!.block(block);
    const extents = this.#sparseMap!.extents;
    if (extents === undefined) {
      if (this.#remaining < blockSize) throw new TarFormatError('sparse file map is cut off');
      return;
    }
    this.#sparseMap = undefined;
    const stored = this.#remaining;
    const fileSize = paxFileSize(this.#extensions.pax ?? []) ?? stored;
    this.#announce(stored, { extents, fileSize });
  }

  /** The member's header and all extensions before it are here. */
  #startEntry(): void {
    const header = this.#header!;
    const stored = storedSizeOf(header, this.#extensions);
    this.#remaining = stored;
    this.#padding = paddingOf(stored);
    if (hasMapInData(header, this.#extensions)) {
      if (stored < blockSize) throw new TarFormatError('sparse file map is cut off');
      this.#sparseMap = new SparseMapParser();
      this.#state = 'sparse-map';
    } else if (header.typeFlag === 'S') {
      this.#announce(stored, { extents: this.#oldGnuExtents, fileSize: this.#oldGnuFileSize });
    } else {
      this.#announce(stored, undefined);
    }
  }

  #announce(stored: number, sparse: SparseHeader | undefined): void {
    const entry = tarEntryOf(this.#header!, this.#extensions, stored, sparse);
    this.#extensions = noExtensions;
    if (entry === undefined) {
      this.#remaining = stored;
      this.#state = 'skipped-data';
      if (stored === 0) this.#startPadding();
      return;
    }
    this.#handler.entry(entry);
    this.#extents = entry.extents;
    this.#extentIndex = 0;
    this.#position = entry.extents?.[0]?.[0] ?? 0;
    this.#remaining = stored;
    this.#state = 'data';
    if (stored === 0) this.#endEntry();
  }

  #takeData(chunk: Buffer, at: number): number {
    let taken = Math.min(this.#remaining, chunk.length - at);
    const extent = this.#extents?.[this.#extentIndex];
    if (extent !== undefined) taken = Math.min(taken, extent[0] + extent[1] - this.#position);
    this.#handler.data(chunk, at, taken, this.#position);
    this.#position += taken;
    this.#remaining -= taken;
    if (extent !== undefined && this.#position === extent[0] + extent[1]) {
      this.#extentIndex++;
      this.#position = this.#extents![this.#extentIndex]?.[0] ?? this.#position;
    }
    if (this.#remaining === 0) this.#endEntry();
    return taken;
  }

  #endEntry(): void {
    this.#handler.entryEnd();
    this.#startPadding();
  }

  #startPadding(): void {
    this.#remaining = this.#padding;
    this.#state = this.#padding === 0 ? 'header' : 'padding';
  }

  #skip(available: number): number {
    const taken = Math.min(this.#remaining, available);
    this.#remaining -= taken;
    if (this.#remaining === 0) {
      if (this.#state === 'skipped-data') this.#startPadding();
      else this.#state = 'header';
    }
    return taken;
  }
}

/** GNU long names are ended by NUL inside their payload. */
function untilNul(payload: Buffer): ByteString {
  const end = payload.indexOf(0);
  return payload.toString('latin1', 0, end < 0 ? payload.length : end);
}
