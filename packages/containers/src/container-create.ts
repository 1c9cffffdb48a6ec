import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import type {
  ContainerConfig,
  ContainerCreateResponse,
  EndpointSettings,
  HostConfig,
} from '@berth/engine-api';
import { engineError, isErrorOfKind } from '@berth/errors';
import type { ResolvedImage } from '@berth/images';
import { loopTurn } from '@berth/kernel';
import { hostPlatform, parsePlatform } from '@berth/oci';
import { withConfigDefaults } from './container-config-defaults.ts';
import { askedSettings } from './container-connect.ts';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { generateContainerName, validateContainerName } from './container-name.ts';
import { type ContainerRecord, initialFacts } from './container-record.ts';
import type { ContainerCreateBody } from './container-service.ts';
import { withHostConfigDefaults } from './host-config-defaults.ts';
import { commandLine, mergeImageConfig } from './image-config-merge.ts';
import { copyUpVolumes } from './mounts/copy-up.ts';
import { resolveMountImages, withImages } from './mounts/image-mounts.ts';
import type { MountRecord } from './mounts/mount-record.ts';
import { planMounts } from './mounts/plan-mounts.ts';
import { nameAnonymousVolumes, prepareMounts } from './mounts/prepare-mounts.ts';
import { inheritMounts, parseVolumesFrom } from './mounts/volumes-from.ts';
import { platformWarning } from './platform-warning.ts';
import { resolveLinks } from './start/links.ts';
import { formatTimestamp } from './timestamp.ts';
import { allOrNothing, type UndoStack } from './undo-stack.ts';
import { idMappingsOf } from './user-namespace.ts';
import { checkConfig, validateCreateBody } from './validate/create-body.ts';
import { checkResources } from './validate/resource-limits.ts';

export interface CreateOptions {
  readonly name?: string;
  readonly platform?: string;
}

/** A checked request, complete with defaults; nothing exists yet. The name is chosen when it can be taken. */
interface CreatePlan {
  readonly draft: Omit<ContainerRecord, 'name'>;
  readonly wantedName: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * Makes a container: record, volumes, writable snapshot, folder. All or nothing; a daemon killed in
 * between leaves a record in the stage `preparing`, which reconcile undoes.
 */
export async function createContainer(
  context: ContainerContext,
  body: ContainerCreateBody,
  options: CreateOptions,
): Promise<ContainerCreateResponse> {
  // A body may publish thousands of ports: one turn for each way through it.
  await loopTurn();
  validateCreateBody(body, {
    kernelCapabilities: context.kernel.host.kernelCapabilities,
    security: context.kernel.host.security,
    runtimes: Object.keys(context.config.runtimes),
    cgroupDriver: context.config.cgroupDriver,
    userNamespaces: context.config.idMappings !== undefined,
  });
  const wantedName = options.name ? validateContainerName(options.name) : undefined;
  const machine = hostPlatform(context.kernel.host.architecture);
  const platform = options.platform ? parsePlatform(options.platform, machine) : undefined;
  const image = await context.images.resolve(body.Image ?? '', platform);
  const { plan, entry } = await withoutNotFound(async () => {
    const mountImages = await resolveMountImages(context, body.HostConfig);
    await loopTurn();
    const plan = await planContainer(context, { body, image, mountImages, wantedName });
    const entry = await allOrNothing(context.reportError, (undo) => prepare(context, plan, undo));
    return { plan, entry };
  });
  const warnings = platform === undefined ? platformWarning(image.platform, machine) : [];
  publishContainerEvent(context, entry.record, 'create');
  return { Id: entry.id, Warnings: [...warnings, ...plan.warnings] };
}

/**
 * Clients take "not found" at create for a missing image, pull it and try again; whatever else is not found
 * (a container of --volumes-from, a volume driver …) is an invalid argument.
 */
async function withoutNotFound<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isErrorOfKind(error, 'not-found')) throw error;
    throw engineError('containers.invalid-config', { reason: error.message }, { cause: error });
  }
}

async function planContainer(
  context: ContainerContext,
  request: {
    readonly body: ContainerCreateBody;
    readonly image: ResolvedImage;
    readonly mountImages: ReadonlyMap<string, ResolvedImage>;
    readonly wantedName: string | undefined;
  },
): Promise<CreatePlan> {
  const { body, image, mountImages, wantedName } = request;
  const id = context.ids.next();
  const { host, warnings } = planHostConfig(context, body.HostConfig);
  const config = planConfig(context, { id, body, image, host });
  if (commandLine(config).path === '') throw engineError('containers.no-command', {});
  checkConfig(config);
  const endpoints = endpointsOf(context, body, host);
  await loopTurn();
  validateNetwork(context, config, host, endpoints);
  await loopTurn();
  const mounts = nameAnonymousVolumes(
    withImages(planMounts(config, host, inheritedMounts(context, host)), mountImages),
    () => context.ids.next(),
  );
  const draft: CreatePlan['draft'] = {
    id,
    created: formatTimestamp(context.clock.nowNano()),
    image: {
      id: image.id,
      name: image.name,
      manifest: image.manifest,
      platform: image.platform,
      chain: image.chain,
    },
    config,
    hostConfig: host,
    endpoints,
    mounts,
    driver: context.snapshotter.name,
    logPath: context.paths.log(id, host.LogConfig?.Type ?? 'json-file'),
    stage: 'preparing',
    facts: initialFacts,
  };
  return { draft, wantedName, warnings };
}

function planHostConfig(
  context: ContainerContext,
  given: HostConfig | undefined,
): { readonly host: HostConfig; readonly warnings: readonly string[] } {
  const { cgroups, host: machine } = context.kernel;
  const { resources, warnings } = checkResources(given ?? {}, {
    cgroups: cgroups.host,
    cpuCount: machine.cpuCount,
  });
  const host = withHostConfigDefaults(resources, {
    defaults: context.config.defaults,
    cgroupLayout: cgroups.host.layout,
    oomKillDisable: cgroups.host.oomKillDisable,
  });
  const published = Object.keys(host.PortBindings ?? {}).length > 0;
  return {
    host: { ...host, ...joinedModes(context, host), Links: linksOf(context, host) },
    warnings:
      host.NetworkMode === 'host' && published
        ? [...warnings, 'Published ports are discarded when using host network mode']
        : warnings,
  };
}

/** Links of the default bridge lead to containers; elsewhere they are names of the network. */
function linksOf(context: ContainerContext, host: HostConfig): readonly string[] | null {
  const links = host.Links ?? [];
  if (links.length === 0) return host.Links ?? null;
  return host.NetworkMode === 'bridge' ? resolveLinks(context, links) : links;
}

/**
 * `container:name` becomes `container:<full id>`, so that a rename of the peer changes nothing. A peer that
 * does not exist (yet) is looked for at start.
 */
function joinedModes(context: ContainerContext, host: HostConfig): HostConfig {
  const resolve = (mode: string | undefined): string => {
    const peer = /^container:(.+)$/.exec(mode ?? '')?.[1];
    const found = peer === undefined ? undefined : context.store.tryFind(peer);
    return found === undefined ? (mode ?? '') : `container:${found.id}`;
  };
  return {
    NetworkMode: resolve(host.NetworkMode),
    IpcMode: resolve(host.IpcMode),
    PidMode: resolve(host.PidMode),
  };
}

function planConfig(
  context: ContainerContext,
  request: {
    readonly id: string;
    readonly body: ContainerCreateBody;
    readonly image: ResolvedImage;
    readonly host: HostConfig;
  },
): ContainerConfig {
  const { HostConfig: _host, NetworkingConfig: _networking, ...own } = request.body;
  const merged = mergeImageConfig(own, request.image.config.config);
  return withConfigDefaults(merged, defaultHostname(context, request.id, request.host));
}

function defaultHostname(context: ContainerContext, id: string, host: HostConfig): string {
  const mode = host.NetworkMode ?? '';
  if (mode === 'host' || host.UTSMode === 'host') return os.hostname();
  const peer = mode.startsWith('container:') ? context.store.get(mode.slice(10)) : undefined;
  return peer?.record.config.Hostname ?? id.slice(0, 12);
}

/**
 * What is asked for in each network, by its name: that of the mode when no other is named. Links of a network
 * with names are aliases in it.
 */
function endpointsOf(
  context: ContainerContext,
  body: ContainerCreateBody,
  host: HostConfig,
): Record<string, EndpointSettings> {
  const mode = host.NetworkMode ?? 'bridge';
  const given = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {});
  const joins = mode.startsWith('container:');
  const asked: [string, EndpointSettings | null][] =
    given.length > 0 || joins ? given : [[mode, {}]];
  const named = asked.map(([name, settings]): [string, EndpointSettings] => [
    name === 'default' ? 'bridge' : context.networks.nameOf(name),
    askedSettings(settings ?? {}),
  ]);
  const endpoints = Object.fromEntries(named);
  const own = endpoints[context.networks.nameOf(mode)];
  const links = host.Links ?? [];
  if (
    links.length > 0 &&
    own !== undefined &&
    mode !== 'bridge' &&
    (own.Links ?? []).length === 0
  ) {
    endpoints[context.networks.nameOf(mode)] = { ...own, Links: links };
  }
  return endpoints;
}

function validateNetwork(
  context: ContainerContext,
  config: ContainerConfig,
  host: HostConfig,
  endpoints: Readonly<Record<string, EndpointSettings>>,
): void {
  context.networks.validate({
    networkMode: host.NetworkMode ?? 'bridge',
    endpoints,
    portBindings: host.PortBindings ?? {},
    ...(config.MacAddress ? { macAddress: config.MacAddress } : {}),
    extraHosts: host.ExtraHosts ?? [],
    dns: host.Dns ?? [],
    publishAllPorts: host.PublishAllPorts === true,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    links: host.Links ?? [],
  });
}

function inheritedMounts(context: ContainerContext, host: HostConfig): MountRecord[] {
  return (host.VolumesFrom ?? []).flatMap((spec) => {
    const { container, mode } = parseVolumesFrom(spec);
    return inheritMounts(context.store.find(container).record.mounts, mode);
  });
}

async function prepare(
  context: ContainerContext,
  plan: CreatePlan,
  undo: UndoStack,
): Promise<ContainerEntry> {
  const { store, snapshotter, volumes, paths } = context;
  const { id, image, hostConfig } = plan.draft;
  await loopTurn();
  const name =
    plan.wantedName ??
    generateContainerName(id, (candidate) => store.nameTaken(candidate), context.random);
  const entry = store.insert({ ...plan.draft, name });
  undo.defer('forget the record', () => store.delete(entry));
  context.faultPoint('create.recorded');
  const mounts = await prepareMounts(plan.draft.mounts, id, volumes, undo);
  context.faultPoint('create.volumes');
  undo.defer('remove the snapshot', () => snapshotter.removeContainer(id));
  const storageOptions = hostConfig.StorageOpt ?? {};
  await snapshotter.createContainer(id, image.chain, { storageOptions });
  context.faultPoint('create.snapshot');
  undo.defer('remove the folder', () => rm(paths.data(id), { recursive: true, force: true }));
  await mkdir(paths.data(id), { recursive: true, mode: 0o710 });
  const mapped = idMappingsOf(context, entry.record) !== undefined;
  await copyUpVolumes({ id, mapped }, mounts, context);
  context.faultPoint('create.copied');
  await loopTurn();
  store.update(entry, { mounts, stage: 'ready' });
  return entry;
}
