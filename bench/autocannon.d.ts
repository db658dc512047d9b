declare module "autocannon" {
  interface Request {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string;
  }
  interface Options {
    url: string;
    connections: number;
    amount: number;
    timeout: number;
    requests: { setupRequest(request: Request): Request; onResponse(): void }[];
  }
  interface Result {
    latency: { p50: number; p99: number };
    "2xx": number;
  }
  export default function autocannon(options: Options): Promise<Result>;
}
