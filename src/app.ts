import type { FastifyInstance, FastifyRequest } from "fastify";
import { mountMetrics } from "./app/metrics.ts";
import { mountReadiness } from "./app/readiness.ts";
import { appointmentRoutes } from "./appointments/routes.ts";
import { callbackRoutes } from "./callbacks/routes.ts";
import { customerPageRoutes } from "./customer-page/api-routes.ts";
import { customerByLink } from "./customer-page/link.ts";
import { mountCustomerPage } from "./customer-page/routes.ts";
import type { Db } from "./db/connect.ts";
import { directoryRoutes } from "./directory/routes.ts";
import { Refusal } from "./errors.ts";
import type { Gate } from "./gate.ts";
import { refuseWhileClosed } from "./http/maintenance.ts";
import { mount } from "./http/mount.ts";
import { describeApi } from "./http/openapi.ts";
import { type Overload, refuseWhenOverloaded } from "./http/overload.ts";
import { rateLimits } from "./http/rate-limit.ts";
import { apiPrefix, type Route } from "./http/route.ts";
import { createServer, type ServerOptions } from "./http/server.ts";
import { streams } from "./http/stream.ts";
import { hasSession, visitOf } from "./http/visit.ts";
import { serveWeb } from "./http/web.ts";
import { bareInstallation, type Installation } from "./installation.ts";
import { mountPublicPages } from "./notifications/public-pages.ts";
import { notificationRoutes } from "./notifications/routes.ts";
import { peopleRoutes } from "./people/routes.ts";
import { policyRoutes } from "./policies/routes.ts";
import { privacyRoutes } from "./privacy/routes.ts";
import { noSignIn, type SignIn } from "./sign-in.ts";
import { auditRoutes } from "./tenancy/audit-routes.ts";
import { authenticator } from "./tenancy/authenticate.ts";
import { tenancyRoutes } from "./tenancy/routes.ts";
import type { Caller } from "./tenant.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

/** Every route of the API. To add a slice, add its list. */
export const routes: readonly Route[] = [
  ...appointmentRoutes,
  ...customerPageRoutes,
  ...callbackRoutes,
  ...policyRoutes,
  ...notificationRoutes,
  ...webhookRoutes,
  ...auditRoutes,
  ...directoryRoutes,
  ...privacyRoutes,
  ...peopleRoutes,
  ...tenancyRoutes,
];

export interface AppOptions extends ServerOptions {
  readonly db: Db;
  readonly routes?: readonly Route[];
  /** Requests per API key; 6000 when left out. */
  readonly rateLimitPerMinute?: number;
  /** Compares every reply with its schema, for tests: on unless it is turned off. */
  readonly validateReplies?: boolean;
  /** True once the process is to end: it is then no longer ready for new requests. */
  readonly isDraining?: () => boolean;
  /** Closed during maintenance; open for ever when left out. */
  readonly gate?: Gate;
  readonly installation?: Installation;
  /** How people sign in; nobody can, when left out. Whoever made it closes it. */
  readonly signIn?: SignIn;
  /** When to take no more requests; always taking them when left out. */
  readonly overload?: Overload;
  /** What /metrics asks for; without one there is no such path. */
  readonly metricsToken?: string | null;
  /** Who is asking, in place of keys and sessions: for tests of what each caller may do. */
  readonly authenticate?: (request: FastifyRequest) => Promise<Caller>;
}

/** The whole HTTP side, ready to listen or to be injected into. Closing it leaves the database open. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const {
    db,
    validateReplies = true,
    rateLimitPerMinute = 6000,
    isDraining = () => false,
    installation = bareInstallation,
    signIn = noSignIn,
  } = options;
  const app = createServer(options);
  const keys = authenticator(db, (error) => app.log.error({ err: error }, "The use of an API key could not be noted"));
  app.addHook("onClose", keys.settled);
  if (options.overload) refuseWhenOverloaded(app, options.overload);
  const { gate } = options;
  if (gate) refuseWhileClosed(app, gate);
  gate?.addAftermath(keys.settled);

  const limits = await rateLimits(app, rateLimitPerMinute);
  await describeApi(app);
  const authenticate = limits.onFailure(async (request, reply) => {
    try {
      if (options.authenticate) return await options.authenticate(request);
      const { authorization } = request.headers;
      if (authorization !== undefined || !hasSession(request)) return await keys.authenticate(authorization);
      return await signIn.callerOf(visitOf(request));
    } catch (error) {
      if (error instanceof Refusal) reply.header("www-authenticate", 'Bearer realm="frontdesk"');
      throw error;
    }
  });
  const link = {
    authenticate: limits.onFailure(({ headers }) => customerByLink(db, installation, headers.authorization)),
    limit: limits.perLink,
  };
  const open = streams(() => gate?.closing());
  app.addHook("preClose", async () => open.endAll());
  for (const route of options.routes ?? routes) {
    const limit = limits.perKey;
    mount(app, route, { db, authenticate, limit, link, validateReplies, installation, signIn, streams: open });
  }
  mountReadiness(app, db, isDraining, gate);
  if (options.metricsToken) mountMetrics(app, db, options.metricsToken);
  await serveWeb(app, { name: "Frontdesk", documentation: "/docs", openapi: `${apiPrefix}/openapi.json` });
  await mountPublicPages(app, { db, installation });
  await mountCustomerPage(app, { db, installation, limit: limits.perAddress });
  await app.ready();
  return app;
}
