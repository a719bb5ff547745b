/**
 * For how long a test or a hook may run, in milliseconds. A bound against hanging, and no measure of anything: on a
 * busy machine all takes many times as long. What a test waits for has a bound of its own, far below this one, that
 * says what did not happen. Jest heeds it for a whole run only, not for a project.
 */
export const testTimeout = 600_000;

/** Jest runs the TypeScript sources as ES modules through SWC. */
export const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};

/**
 * Pure tests need no cluster; the others share one API server, or start their own. The scenarios on real Flux and the
 * tests of packages have configurations of their own.
 */
const pure = ['api', 'core', 'docs', 'runtime'];

export default {
  maxWorkers: 2,
  testTimeout,
  projects: [
    {
      ...shared,
      displayName: 'pure',
      testMatch: pure.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
    },
    {
      ...shared,
      displayName: 'cluster',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/test/e2e/scenarios/',
        '<rootDir>/test/packaging/',
        ...pure.map((folder) => `<rootDir>/test/${folder}/`),
      ],
      globalSetup: '<rootDir>/test/harness/jest/global-setup.ts',
      globalTeardown: '<rootDir>/test/harness/jest/global-teardown.ts',
    },
  ],
};
