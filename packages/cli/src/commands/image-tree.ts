import type { ImageSummary } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import { shortId } from '../format/short-id.ts';
import { decimalSize } from '../format/sizes.ts';
import { alignTabs } from '../format/tab-writer.ts';

/** `berth images --tree`: each image with the platforms it has, those not stored here marked. */
export function printImageTree(context: CliContext, images: readonly ImageSummary[]): void {
  const lines = ['IMAGE\tID\tDISK USAGE\tCONTENT SIZE\tIN USE'];
  for (const image of images) {
    const [first = '<untagged>', ...others] = image.RepoTags ?? [];
    const used = (image.Containers ?? 0) > 0 ? '✔' : '';
    lines.push(
      [
        first,
        shortId(image.Id ?? ''),
        decimalSize(image.Size ?? 0, 3),
        contentSize(image),
        used,
      ].join('\t'),
    );
    for (const name of others) lines.push(`${name}\t\t\t\t`);
    const manifests = (image.Manifests ?? []).filter((manifest) => manifest.Kind === 'image');
    manifests.forEach((manifest, i) => {
      const branch = i === manifests.length - 1 ? '└─ ' : '├─ ';
      const platform = manifest.ImageData?.Platform;
      const name = [platform?.os, platform?.architecture, platform?.variant]
        .filter(Boolean)
        .join('/');
      const size = manifest.Available ? decimalSize(manifest.Size?.Total ?? 0, 3) : '-';
      const content = manifest.Available ? decimalSize(manifest.Size?.Content ?? 0, 3) : '-';
      const inUse = (manifest.ImageData?.Containers ?? []).length > 0 ? '✔' : '';
      lines.push([branch + name, shortId(manifest.ID ?? ''), size, content, inUse].join('\t'));
    });
  }
  context.terminal.write(alignTabs(`${lines.join('\n')}\n`));
}

function contentSize(image: ImageSummary): string {
  const sizes = (image.Manifests ?? []).map((manifest) => manifest.Size?.Content ?? 0);
  return sizes.length === 0
    ? '-'
    : decimalSize(
        sizes.reduce((sum, size) => sum + size, 0),
        3,
      );
}
