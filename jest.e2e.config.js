import { shared, testTimeout } from './jest.config.js';

/** The scenarios on real Flux, which `make e2e` runs. */
export default {
  ...shared,
  displayName: 'e2e',
  maxWorkers: 2,
  testTimeout,
  testMatch: ['<rootDir>/test/e2e/scenarios/**/*.test.ts'],
  globalSetup: '<rootDir>/test/e2e/jest/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/jest/global-teardown.ts',
  reporters: ['default', '<rootDir>/test/e2e/jest/log-reporter.ts'],
};
