import type { ContainerSummary, ImageSummary, Volume } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { containerView } from '../format/container-view.ts';
import { type DiskUsageRow, diskUsageTable, diskUsageView } from '../format/disk-usage-view.ts';
import { imageRows, imageView } from '../format/image-view.ts';
import { formatList } from '../format/list-format.ts';
import { decimalSize } from '../format/sizes.ts';
import { volumeView } from '../format/volume-view.ts';
import { CommandError } from '../usage-error.ts';

/** The answer of `/system/df`, in the form of API versions up to 1.51. */
interface DiskUsage {
  readonly LayersSize?: number;
  readonly Images?: readonly ImageSummary[] | null;
  readonly Containers?: readonly ContainerSummary[] | null;
  readonly Volumes?: readonly Volume[] | null;
  readonly BuildCache?: readonly BuildCacheRecord[] | null;
  readonly BuilderSize?: number;
}

interface BuildCacheRecord {
  readonly ID?: string;
  readonly Type?: string;
  readonly InUse?: boolean;
  readonly Shared?: boolean;
  readonly Size?: number;
  readonly UsageCount?: number;
}

/** `berth system df` */
export async function showDiskUse(context: CliContext, { flags }: Invocation): Promise<number> {
  const format = flags.string('format');
  if (flags.boolean('explain')) {
    const { explainDiskUse } = await import('./system-df-explain.ts');
    return await explainDiskUse(context, { format, verbose: flags.boolean('verbose') });
  }
  const usage = await context.engine.json<DiskUsage>('GET', '/system/df');
  if (flags.boolean('verbose')) {
    if (format !== '' && format !== 'table') {
      throw new CommandError('the verbose and the format options conflict');
    }
    context.terminal.write(verboseText(usage));
    return 0;
  }
  const chosen =
    format === '' || format === 'table' ? diskUsageTable : format === 'raw' ? rawFormat : format;
  context.terminal.write(formatList(diskUsageView, summaryRows(usage), { format: chosen }));
  return 0;
}

const rawFormat = `type: {{.Type}}
total: {{.TotalCount}}
active: {{.Active}}
size: {{.Size}}
reclaimable: {{.Reclaimable}}
`;

function summaryRows(usage: DiskUsage): DiskUsageRow[] {
  return [imagesRow(usage), containersRow(usage), volumesRow(usage), buildCacheRow(usage)];
}

function imagesRow(usage: DiskUsage): DiskUsageRow {
  const images = usage.Images ?? [];
  const size = usage.LayersSize ?? 0;
  const used = images
    .filter((image) => image.Containers !== 0 && image.Size !== -1 && image.SharedSize !== -1)
    .reduce((sum, image) => sum + (image.Size ?? 0) - (image.SharedSize ?? 0), 0);
  const active = images.filter((image) => (image.Containers ?? 0) > 0).length;
  return { type: 'Images', count: images.length, active, size, reclaimable: size - used };
}

function containersRow(usage: DiskUsage): DiskUsageRow {
  const containers = usage.Containers ?? [];
  const isActive = ({ State }: ContainerSummary) =>
    /^(running|paused|restarting)$/.test(State ?? '');
  const total = (list: readonly ContainerSummary[]) =>
    list.reduce((sum, it) => sum + (it.SizeRw ?? 0), 0);
  return {
    type: 'Containers',
    count: containers.length,
    active: containers.filter(isActive).length,
    size: total(containers),
    reclaimable: total(containers.filter((it) => !isActive(it))),
  };
}

function volumesRow(usage: DiskUsage): DiskUsageRow {
  const volumes = usage.Volumes ?? [];
  const total = (list: readonly Volume[]) =>
    list.reduce((sum, it) => sum + Math.max(0, it.UsageData?.Size ?? 0), 0);
  return {
    type: 'Local Volumes',
    count: volumes.length,
    active: volumes.filter((it) => (it.UsageData?.RefCount ?? 0) > 0).length,
    size: total(volumes),
    reclaimable: total(volumes.filter((it) => it.UsageData?.RefCount === 0)),
  };
}

function buildCacheRow(usage: DiskUsage): DiskUsageRow {
  const records = usage.BuildCache ?? [];
  const inUse = records
    .filter((it) => it.InUse && !it.Shared)
    .reduce((sum, it) => sum + (it.Size ?? 0), 0);
  const size = usage.BuilderSize ?? 0;
  return {
    type: 'Build Cache',
    count: records.length,
    active: records.filter((it) => it.InUse).length,
    size,
    reclaimable: size - inUse,
    withoutPercent: true,
  };
}

function verboseText(usage: DiskUsage): string {
  const images = imageRows(usage.Images ?? [], false).filter(
    (row, i, rows) => rows.findIndex((other) => other.image === row.image) === i,
  );
  const containers = (usage.Containers ?? []).map((container) => ({ ...container, SizeRootFs: 0 }));
  const imageFormat =
    'table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}';
  const containerFormat =
    'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}';
  const volumeFormat = 'table {{.Name}}\t{{.Links}}\t{{.Size}}';
  return [
    'Images space usage:\n\n',
    formatList(imageView(true), images, { format: imageFormat }),
    '\nContainers space usage:\n\n',
    formatList(containerView(true), containers, { format: containerFormat }),
    '\nLocal Volumes space usage:\n\n',
    formatList(volumeView, usage.Volumes ?? [], { format: volumeFormat }),
    `\nBuild cache usage: ${decimalSize(usage.BuilderSize ?? 0)}\n\n`,
    'CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED\n',
  ].join('');
}
