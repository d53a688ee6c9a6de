// SPDX-License-Identifier: Apache-2.0
package org.instar.onos.standin;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import javax.servlet.ServletContext;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.HttpService;
import org.osgi.service.http.NamespaceException;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The operator's hand inside the container, at /stand-in:
 * {@code GET state} tells what is there; {@code PUT/DELETE application} activates and deactivates a features repository
 * and feature the way ONOS's ApplicationManager does; {@code PUT/DELETE configuration} changes network configuration.
 * What fails answers 500 with the whole chain of causes.
 */
@Component(immediate = true, service = StandInOperator.class)
public class StandInOperator extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String PATH = "/stand-in";
    /** The line on standard output after which this servlet answers. */
    private static final String READY = "onos stand-in ready";
    private static final long DEPLOY_TIMEOUT_SECONDS = 60;

    @Reference
    transient StandInCore core;

    @Reference
    transient StandInNetworkConfig networkConfig;

    @Reference
    transient ContainerState containerState;

    @Reference
    transient FeaturesService features;

    @Reference
    transient HttpService http;

    private transient BundleContext context;
    private final transient ObjectMapper mapper = new ObjectMapper();

    @Activate
    protected void activate(BundleContext bundleContext) throws ServletException, NamespaceException {
        context = bundleContext;
        exitWithParent(Long.getLong("stand-in.parent"));
        http.registerServlet(PATH, this, null, null);
        System.out.println(READY);
    }

    @Deactivate
    protected void deactivate() {
        http.unregister(PATH);
    }

    /** A test run that was killed must not leave a container behind. */
    private static void exitWithParent(long pid) {
        ProcessHandle.of(pid).ifPresentOrElse(
                parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)),
                () -> Runtime.getRuntime().halt(1));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            response.setContentType("application/json");
            response.getWriter().println(mapper.writeValueAsString(answer(request)));
        } catch (Exception e) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            response.setContentType("text/plain");
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                response.getWriter().println(cause);
            }
        }
    }

    private Object answer(HttpServletRequest request) throws Exception {
        switch (request.getMethod() + " " + request.getPathInfo()) {
            case "GET /state":
                break;
            case "PUT /application":
                features.addRepository(URI.create(request.getParameter("featuresRepo")));
                features.installFeature(request.getParameter("feature"));
                waitForWebContext(request.getParameter("webContext"));
                break;
            case "DELETE /application":
                core.runHook(request.getParameter("name"));
                features.uninstallFeature(request.getParameter("feature"));
                features.removeRepository(URI.create(request.getParameter("featuresRepo")));
                break;
            case "PUT /configuration":
                networkConfig.put(request.getParameter("name"), request.getParameter("key"),
                        mapper.readTree(request.getInputStream()));
                break;
            case "DELETE /configuration":
                networkConfig.remove(request.getParameter("name"), request.getParameter("key"));
                break;
            default:
                throw new IllegalArgumentException(request.getMethod() + " " + request.getPathInfo());
        }
        return containerState.describe();
    }

    /** The web extender works in threads of its own; the context's registration as a service says that it is done. */
    private void waitForWebContext(String path) throws InvalidSyntaxException, InterruptedException {
        ServiceTracker<?, ?> tracker = new ServiceTracker<>(context, context.createFilter(
                "(&(objectClass=" + ServletContext.class.getName() + ")(osgi.web.contextpath=" + path + "))"), null);
        tracker.open(true);
        try {
            if (tracker.waitForService(TimeUnit.SECONDS.toMillis(DEPLOY_TIMEOUT_SECONDS)) == null) {
                throw new IllegalStateException("no web context " + path + " within " + DEPLOY_TIMEOUT_SECONDS + " s");
            }
        } finally {
            tracker.close();
        }
    }
}
