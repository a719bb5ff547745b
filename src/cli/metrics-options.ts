import { Option } from 'commander';

/** Where metrics are shown, and to whom. */
export interface MetricsOptions {
  /** Address of `/metrics`, `host:port` or `:port`; `0` for none. */
  metricsAddr: string;
  /** Whether metrics are served by TLS, and to whom the API server grants them alone. */
  metricsSecure: boolean;
  /** Folder of `tls.crt` and `tls.key` for that; none for a self-signed certificate. */
  metricsCertDir?: string | undefined;
  /** Whether metrics may be served to other machines without any of it. */
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
