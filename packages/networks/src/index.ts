export { createNetworkService, type NetworksDependencies } from './create-network-service.ts';
export { type AddressPool, defaultAddressPools } from './ipam/choose-subnet.ts';
export { defaultNetworkConfig, type NetworkConfig } from './network-config.ts';
export type {
  InspectedNetwork,
  NetworkService,
  NetworkValidation,
  SandboxRequest,
  SandboxState,
} from './network-service.ts';
