import { shared, testTimeout } from './jest.config.js';

/**
 * How the project reaches people: chart, monitoring, program, workflows. `make packaging` runs it: it builds helm and
 * Prometheus' engine first, which takes minutes, and what it looks at changes rarely.
 */
export default {
  ...shared,
  displayName: 'packaging',
  maxWorkers: 2,
  testTimeout,
  testMatch: ['<rootDir>/test/packaging/**/*.test.ts'],
  globalSetup: '<rootDir>/test/harness/jest/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/jest/global-teardown.ts',
};
