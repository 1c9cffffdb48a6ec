import { hostname } from 'node:os';
import type { LogSource } from '@berth/logs/remote/log-sender.ts';
import type { ContainerRecord } from '../container-record.ts';
import { commandLine } from '../image-config-merge.ts';
import { logAttributes } from '../validate/log-attributes.ts';
import { type LogTagFacts, renderLogTag } from '../validate/log-tag.ts';

/** What the template of a tag may name. */
export function tagFactsOf({ id, name, image, config }: ContainerRecord): LogTagFacts {
  const { path: program, args } = commandLine(config);
  const command = [program, ...args].join(' ');
  return { id, name, imageId: image.id, imageName: config.Image ?? '', command };
}

/** Labels, variables and tag of a container as its log options choose them. */
export function attributesOf(record: ContainerRecord): Record<string, string> {
  return logAttributes(record.hostConfig.LogConfig, {
    labels: record.config.Labels ?? {},
    env: record.config.Env ?? [],
    facts: tagFactsOf(record),
  });
}

/** What a receiver is told of the container. */
export function sourceOf(record: ContainerRecord): LogSource {
  const facts = tagFactsOf(record);
  const { tag: _, ...attributes } = attributesOf(record);
  return {
    containerId: record.id,
    containerName: record.name,
    imageId: record.image.id,
    imageName: facts.imageName,
    command: facts.command,
    created: record.created,
    tag: renderLogTag(record.hostConfig.LogConfig?.Config?.tag || '{{.ID}}', facts),
    attributes,
    hostname: hostname(),
  };
}
