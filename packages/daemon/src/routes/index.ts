import type { ApiHandlers, EarlyHandlers } from '../http/api-request.ts';
import { containerCreate } from './container-create.ts';
import { containerDelete, containerPrune } from './container-delete.ts';
import { containerArchive, containerArchiveInfo, putContainerArchive } from './container-files.ts';
import {
  containerChanges,
  containerExport,
  containerInspect,
  containerTop,
  containerXray,
} from './container-inspect.ts';
import * as lifecycle from './container-lifecycle.ts';
import { containerList } from './container-list.ts';
import { containerStats } from './container-stats.ts';
import {
  containerAttach,
  containerAttachWebsocket,
  containerLogs,
  containerResize,
} from './container-streams.ts';
import { containerWait } from './container-wait.ts';
import { containerExec, execInspect, execResize, execStart } from './exec.ts';
import { imageCommit } from './image-commit.ts';
import { imageDelete, imagePrune, imageTag } from './image-delete.ts';
import { imageHistory, imageInspect, imageList } from './image-list.ts';
import { imageCreate, imageGet, imageGetAll, imageLoad, imagePush } from './image-transfer.ts';
import {
  networkConnect,
  networkCreate,
  networkDelete,
  networkDisconnect,
  networkInspect,
  networkList,
  networkPrune,
} from './network.ts';
import { networkDoctor } from './network-doctor.ts';
import { pluginInspect, pluginList } from './plugin.ts';
import { distributionInspect, imageSearch, systemAuth } from './registry.ts';
import { storeCheck } from './store-check.ts';
import { swarmHandlers, swarmLeave } from './swarm.ts';
import { buildPrune, systemDataUsage, systemInfo, systemUsage, systemVersion } from './system.ts';
import { systemEvents } from './system-events.ts';
import { systemPing, systemPingHead } from './system-ping.ts';
import { volumeCreate, volumeDelete, volumeInspect, volumeList, volumePrune } from './volume.ts';
import { volumeClone, volumeExport, volumeImport } from './volume-transfer.ts';

/** What is answered from the moment the sockets are open. */
export const earlyHandlers: EarlyHandlers = {
  SystemPing: systemPing,
  SystemPingHead: systemPingHead,
};

/** Every other implemented operation. The dispatcher answers 501 for the rest of the document. */
export const handlers: ApiHandlers = {
  ...swarmHandlers,
  BuildPrune: buildPrune,
  ContainerArchive: containerArchive,
  ContainerArchiveInfo: containerArchiveInfo,
  ContainerAttach: containerAttach,
  ContainerAttachWebsocket: containerAttachWebsocket,
  ContainerChanges: containerChanges,
  ContainerCreate: containerCreate,
  ContainerDelete: containerDelete,
  ContainerExec: containerExec,
  ContainerExport: containerExport,
  ContainerInspect: containerInspect,
  ContainerKill: lifecycle.containerKill,
  ContainerList: containerList,
  ContainerLogs: containerLogs,
  ContainerPause: lifecycle.containerPause,
  ContainerPrune: containerPrune,
  ContainerRename: lifecycle.containerRename,
  ContainerResize: containerResize,
  ContainerRestart: lifecycle.containerRestart,
  ContainerStart: lifecycle.containerStart,
  ContainerStats: containerStats,
  ContainerStop: lifecycle.containerStop,
  ContainerTop: containerTop,
  ContainerUnpause: lifecycle.containerUnpause,
  ContainerUpdate: lifecycle.containerUpdate,
  ContainerWait: containerWait,
  ContainerXray: containerXray,
  DistributionInspect: distributionInspect,
  ExecInspect: execInspect,
  ExecResize: execResize,
  ExecStart: execStart,
  ImageCommit: imageCommit,
  ImageCreate: imageCreate,
  ImageDelete: imageDelete,
  ImageGet: imageGet,
  ImageGetAll: imageGetAll,
  ImageHistory: imageHistory,
  ImageInspect: imageInspect,
  ImageList: imageList,
  ImageLoad: imageLoad,
  ImagePrune: imagePrune,
  ImagePush: imagePush,
  ImageSearch: imageSearch,
  ImageTag: imageTag,
  NetworkConnect: networkConnect,
  NetworkCreate: networkCreate,
  NetworkDelete: networkDelete,
  NetworkDisconnect: networkDisconnect,
  NetworkInspect: networkInspect,
  NetworkList: networkList,
  NetworkPrune: networkPrune,
  PluginInspect: pluginInspect,
  PluginList: pluginList,
  PutContainerArchive: putContainerArchive,
  NetworkDoctor: networkDoctor,
  StoreCheck: storeCheck,
  SwarmLeave: swarmLeave,
  SystemAuth: systemAuth,
  SystemDataUsage: systemDataUsage,
  SystemEvents: systemEvents,
  SystemInfo: systemInfo,
  SystemUsage: systemUsage,
  SystemVersion: systemVersion,
  VolumeClone: volumeClone,
  VolumeCreate: volumeCreate,
  VolumeExport: volumeExport,
  VolumeImport: volumeImport,
  VolumeDelete: volumeDelete,
  VolumeInspect: volumeInspect,
  VolumeList: volumeList,
  VolumePrune: volumePrune,
};
