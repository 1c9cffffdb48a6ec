import { kernelConformance } from '../../packages/kernel/testsuite/kernel-conformance.ts';
import { linuxHarness } from './kernel-fixture.ts';

kernelConformance('Linux', linuxHarness);
