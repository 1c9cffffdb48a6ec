import { describe } from 'node:test';
import { containerConformance } from './container-conformance.ts';
import { contentConformance } from './content-conformance.ts';
import { diffConformance } from './diff-conformance.ts';
import { layerConformance } from './layer-conformance.ts';
import type { HarnessOptions } from './snapshotter-harness.ts';
import { whiteoutConformance } from './whiteout-conformance.ts';

/** What every Snapshotter must do. Call it inside a test file, as root; `base` decides the file system. */
export function snapshotterConformance(options: HarnessOptions): void {
  describe(`${options.driver}: layers`, () => layerConformance(options));
  describe(`${options.driver}: content`, () => contentConformance(options));
  describe(`${options.driver}: whiteouts`, () => whiteoutConformance(options));
  describe(`${options.driver}: containers`, () => containerConformance(options));
  describe(`${options.driver}: differences`, () => diffConformance(options));
}
