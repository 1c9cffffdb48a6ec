import type { ImageSummary } from '@berth/engine-api';
import { ageInWords, goTime } from './ages.ts';
import type { ListView } from './plain-table.ts';
import { shortId } from './short-id.ts';
import { decimalSize } from './sizes.ts';

/** One line of `berth images`: an image under one of its names. */
export interface ImageRow {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const none = '<none>';

/** The lines of an image list: one for each tag, and for each digest when digests are shown. */
export function imageRows(images: readonly ImageSummary[], digests: boolean): ImageRow[] {
  return images.flatMap((image) => rowsOf(image, digests));
}

function rowsOf(image: ImageSummary, showDigests: boolean): ImageRow[] {
  const tags = (image.RepoTags ?? []).filter((name) => name !== '<none>:<none>');
  const digests = (image.RepoDigests ?? []).filter((name) => name !== '<none>@<none>');
  if (tags.length === 0 && digests.length === 0) {
    return [{ image, repository: none, tag: none, digest: none }];
  }
  const digestsOf = Map.groupBy(digests, (name) => familiar(name.slice(0, name.indexOf('@'))));
  const rows: ImageRow[] = [];
  for (const name of tags) {
    const colon = name.lastIndexOf(':');
    const repository = familiar(name.slice(0, colon));
    const own = showDigests ? (digestsOf.get(repository) ?? []) : [];
    const shown = own.length === 0 ? [none] : own.map((it) => it.slice(it.indexOf('@') + 1));
    for (const digest of shown)
      rows.push({ image, repository, tag: name.slice(colon + 1), digest });
  }
  for (const row of rows) digestsOf.delete(row.repository);
  for (const [repository, names] of digestsOf) {
    const shown = showDigests ? names.map((it) => it.slice(it.indexOf('@') + 1)) : [''];
    for (const digest of shown) rows.push({ image, repository, tag: none, digest });
  }
  return rows;
}

function familiar(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
}

/** The columns of `berth images`. */
export function imageView(trunc: boolean): ListView<ImageRow> {
  const sizeOrUnknown = (bytes: number | undefined) =>
    bytes === undefined || bytes === -1 ? 'N/A' : decimalSize(bytes);
  return {
    typeName: '*formatter.imageContext',
    columns: {
      ID: {
        header: 'IMAGE ID',
        value: ({ image }) => (trunc ? shortId(image.Id ?? '') : (image.Id ?? '')),
      },
      Repository: { header: 'REPOSITORY', value: (row) => row.repository },
      Tag: { header: 'TAG', value: (row) => row.tag },
      Digest: { header: 'DIGEST', value: (row) => row.digest },
      CreatedSince: { header: 'CREATED', value: ({ image }) => ageInWords(image.Created ?? 0) },
      CreatedAt: { header: 'CREATED AT', value: ({ image }) => goTime(image.Created ?? 0) },
      Size: { header: 'SIZE', value: ({ image }) => decimalSize(image.Size ?? 0, 3) },
      Containers: {
        header: 'CONTAINERS',
        value: ({ image }) => ((image.Containers ?? -1) === -1 ? 'N/A' : String(image.Containers)),
      },
      VirtualSize: { header: 'SIZE', value: ({ image }) => decimalSize(image.Size ?? 0) },
      SharedSize: { header: 'SHARED SIZE', value: ({ image }) => sizeOrUnknown(image.SharedSize) },
      UniqueSize: {
        header: 'UNIQUE SIZE',
        value: ({ image }) =>
          (image.SharedSize ?? -1) === -1
            ? 'N/A'
            : decimalSize((image.Size ?? 0) - (image.SharedSize ?? 0)),
      },
    },
  };
}

export const imageTable = 'table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}';
export const imageTableWithDigests =
  'table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}';

/** What `--format raw` shows of each image. */
export function rawImage(digests: boolean): string {
  return `repository: {{.Repository}}
tag: {{.Tag}}
${digests ? 'digest: {{.Digest}}\n' : ''}image_id: {{.ID}}
created_at: {{.CreatedAt}}
virtual_size: {{.Size}}
`;
}
