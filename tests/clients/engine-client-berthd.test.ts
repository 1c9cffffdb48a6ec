import { engineClientSuite } from './engine-client-suite.ts';

engineClientSuite('berth');
