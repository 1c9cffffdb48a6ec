export {
  createNetworkService,
  type NetworksDependencies,
  type ResolverParts,
} from './create-network-service.ts';
export type { DiagnosisRequest, NetworkDiagnosis } from './doctor/diagnosis.ts';
export { type AddressPool, defaultAddressPools } from './ipam/choose-subnet.ts';
export { defaultNetworkConfig, type NetworkConfig } from './network-config.ts';
export type {
  InspectedNetwork,
  LinkRequest,
  NetworkService,
  NetworkValidation,
  SandboxRequest,
  SandboxState,
} from './network-service.ts';
export { EmbeddedResolver } from './resolver/embedded-resolver.ts';
export type {
  EndpointChange,
  EndpointDirectory,
  EndpointListener,
} from './resolver/endpoint-directory.ts';
export type { NamedEndpoint } from './resolver/endpoint-names.ts';
export type {
  ResolverNetwork,
  ResolverSandbox,
  SandboxResolver,
} from './resolver/sandbox-resolver.ts';
