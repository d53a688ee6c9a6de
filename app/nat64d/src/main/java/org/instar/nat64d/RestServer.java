// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.instar.core.service.Nat64AdminService;
import org.instar.core.service.Nat64Service;
import org.instar.rest.BindingsResource;
import org.instar.rest.ConfigResource;
import org.instar.rest.ErrorMapper;
import org.instar.rest.FixedPortsResource;
import org.instar.rest.OffloadResource;
import org.instar.rest.SessionsResource;
import org.instar.rest.StatusResource;
import org.glassfish.jersey.jdkhttp.JdkHttpHandlerContainer;
import org.glassfish.jersey.server.ContainerFactory;

/** Serves the REST resources under /v1 on the JDK's HTTP server. */
final class RestServer implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS,
            Thread.ofPlatform().name("rest-", 0).daemon().factory());

    private RestServer(HttpServer server) {
        this.server = server;
    }

    /** Takes the address without answering yet. */
    static RestServer bind(InetSocketAddress listen) throws StartException {
        try {
            return new RestServer(HttpServer.create(listen, BACKLOG));
        } catch (IOException e) {
            throw new StartException("rest.listen: cannot listen on " + Addresses.text(listen) + ": "
                    + e.getMessage(), e);
        }
    }

    void serve(Nat64Service service, Nat64AdminService admin) {
        ResourceConfig resources = new ResourceConfig()
                .register(new StatusResource(service))
                .register(new SessionsResource(service, admin))
                .register(new BindingsResource(service))
                .register(new OffloadResource(service, admin))
                .register(new ConfigResource(service, admin))
                .register(new FixedPortsResource(service))
                .register(new TablesResource())
                .register(new ErrorMapper())
                .property(ServerProperties.WADL_FEATURE_DISABLE, true);
        server.createContext("/v1/", ContainerFactory.createContainer(JdkHttpHandlerContainer.class, resources));
        server.setExecutor(threads);
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
