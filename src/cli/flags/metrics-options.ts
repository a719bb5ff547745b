import { Option } from 'commander';

/** The values of the flags that say where metrics are served, and to whom. */
export interface MetricsOptions {
  /** Address of `/metrics`, `host:port` or `:port`; `0` for none. */
  metricsAddr: string;
  /** Whether to serve metrics over TLS, and only to users to whom the API server grants `get` on `/metrics`. */
  metricsSecure: boolean;
  /** Folder of `tls.crt` and `tls.key` for that. Default: a self-signed certificate. */
  metricsCertDir?: string | undefined;
  /** Whether metrics may be served to other machines without `metricsSecure`. */
  metricsInsecureBind: boolean;
}

/** The flags of {@link MetricsOptions}. */
export function metricsOptions(): Option[] {
  return [
    new Option('--metrics-addr <address>', 'address of /metrics; 0 for none').default('127.0.0.1:8080'),
    new Option(
      '--metrics-secure',
      'serve /metrics by TLS, to bearer tokens that the API server knows and grants `get` on /metrics',
    ).default(false),
    new Option(
      '--metrics-cert-dir <folder>',
      'folder of tls.crt and tls.key for --metrics-secure; without it, a self-signed certificate',
    ).implies({ metricsSecure: true }),
    new Option(
      '--metrics-insecure-bind',
      'let --metrics-addr be reached from other machines without --metrics-secure',
    )
      .default(false)
      .conflicts('metricsSecure'),
  ];
}
