/** Jest runs the TypeScript sources as ES modules through SWC. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};

/** Pure tests need no cluster; the others share one API server, or start their own. */
const pure = ['api', 'core', 'docs', 'runtime'];

export default {
  maxWorkers: 2,
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
      testPathIgnorePatterns: ['/node_modules/', ...pure.map((folder) => `<rootDir>/test/${folder}/`)],
      globalSetup: '<rootDir>/test/control-plane/jest-global-setup.ts',
      globalTeardown: '<rootDir>/test/control-plane/jest-global-teardown.ts',
    },
  ],
};
