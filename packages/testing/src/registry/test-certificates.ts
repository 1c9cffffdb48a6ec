import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../run-command.ts';

export interface CertificateOptions {
  /** Host names and addresses of the certificate; an empty list makes one with a common name only. */
  readonly hosts?: readonly string[];
  readonly commonName?: string;
  /** Days until it ends; a negative number makes one that has ended. Default 30. */
  readonly days?: number;
  readonly client?: boolean;
}

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test's own, made with openssl in a temporary folder. */
export class TestAuthority implements Disposable {
  readonly directory: string;
  /** Path of the authority's certificate. */
  readonly ca: string;
  #issued = 0;

  private constructor() {
    this.directory = mkdtempSync(path.join(tmpdir(), 'berth-test-ca-'));
    this.ca = path.join(this.directory, 'ca.crt');
  }

  static async create(name = 'Test Authority'): Promise<TestAuthority> {
    const authority = new TestAuthority();
    const key = path.join(authority.directory, 'ca.key');
    await openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', authority.ca, '-days', '30', '-subj', `/CN=${name}`],
    );
    return authority;
  }

  async issue(options: CertificateOptions = {}): Promise<CertificateFiles> {
    const hosts = options.hosts ?? ['localhost', '127.0.0.1'];
    const base = path.join(this.directory, `${++this.#issued}`);
    const [key, request, cert, extensions] = ['key', 'csr', 'crt', 'ext'].map(
      (end) => `${base}.${end}`,
    ) as [string, string, string, string];
    const names = hosts.map((host) => `${/^[\d.]+$|:/.test(host) ? 'IP' : 'DNS'}:${host}`);
    const lines = [
      'basicConstraints=CA:FALSE',
      `extendedKeyUsage=${options.client ? 'clientAuth' : 'serverAuth'}`,
      ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
    ];
    writeFileSync(extensions, lines.join('\n'));
    await openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', request],
      ...['-subj', `/CN=${options.commonName ?? hosts[0] ?? 'localhost'}`],
    );
    await this.#sign(request, cert, extensions, options.days ?? 30);
    return { cert, key };
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #sign(request: string, cert: string, extensions: string, days: number): Promise<void> {
    if (days < 0) return this.#signEnded(request, cert, extensions);
    await openssl(
      ...['x509', '-req', '-in', request, '-CA', this.ca, '-CAkey', this.#key, '-CAcreateserial'],
      ...['-out', cert, '-days', String(days), '-extfile', extensions],
    );
  }

  /** `openssl ca` is the one that sets both dates in every version of openssl. */
  async #signEnded(request: string, cert: string, extensions: string): Promise<void> {
    const folder = path.join(this.directory, 'ended');
    const config = path.join(this.directory, 'ended.cnf');
    writeFileSync(`${folder}.index`, '');
    writeFileSync(`${folder}.serial`, '1000');
    const lines = [
      '[ca]',
      'default_ca=d',
      '[d]',
      `database=${folder}.index`,
      `serial=${folder}.serial`,
      `new_certs_dir=${this.directory}`,
      'default_md=sha256',
      'policy=p',
      '[p]',
      'commonName=supplied',
    ];
    writeFileSync(config, lines.join('\n'));
    await openssl(
      ...['ca', '-batch', '-config', config, '-cert', this.ca, '-keyfile', this.#key],
      ...['-in', request, '-out', cert, '-extfile', extensions, '-notext'],
      ...['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'],
    );
  }

  get #key(): string {
    return path.join(this.directory, 'ca.key');
  }
}

async function openssl(...args: string[]): Promise<void> {
  const result = await runCommand('openssl', args);
  if (result.code !== 0) throw new Error(`openssl ${args.join(' ')}: ${result.stderr}`);
}
