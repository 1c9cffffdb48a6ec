import type { Volume } from '@berth/engine-api';
import { labelList } from './container-view.ts';
import type { ListView } from './plain-table.ts';
import { decimalSize } from './sizes.ts';

/** The columns of `berth volume ls`. */
export const volumeView: ListView<Volume> = {
  typeName: '*formatter.volumeContext',
  columns: {
    Name: { header: 'VOLUME NAME', value: (it) => it.Name ?? '' },
    Driver: { header: 'DRIVER', value: (it) => it.Driver ?? '' },
    Scope: { header: 'SCOPE', value: (it) => it.Scope ?? '' },
    Mountpoint: { header: 'MOUNTPOINT', value: (it) => it.Mountpoint ?? '' },
    Labels: { header: 'LABELS', value: (it) => labelList(it.Labels) },
    Links: {
      header: 'LINKS',
      value: (it) => (it.UsageData ? String(it.UsageData.RefCount) : 'N/A'),
    },
    Size: {
      header: 'SIZE',
      value: (it) => (it.UsageData ? decimalSize(it.UsageData.Size ?? 0) : 'N/A'),
    },
    Group: { header: 'GROUP', value: () => 'N/A' },
    Availability: { header: 'AVAILABILITY', value: () => 'N/A' },
    Status: { header: 'STATUS', value: () => 'N/A' },
  },
  methods: { Label: (it, name) => it.Labels?.[name] ?? '' },
};
