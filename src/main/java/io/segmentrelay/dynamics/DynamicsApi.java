package io.segmentrelay.dynamics;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

import io.smallrye.mutiny.Uni;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The calls of the Web API whose answers are small, as they go over the wire; what they mean is {@link DynamicsClient}'s
 * part. Every status is an answer here, none an exception. The member list, which may be of any size, is
 * {@link MembersHttp}'s.
 *
 * @see <a href="https://learn.microsoft.com/dynamics365/customer-insights/journeys/real-time-marketing-create-segment-api">
 *     Create a real-time marketing segment using the Web API</a>
 */
@RegisterRestClient(configKey = "dynamics")
@Path("/api/data/{version}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@ClientHeaderParam(name = "OData-MaxVersion", value = "4.0")
@ClientHeaderParam(name = "OData-Version", value = "4.0")
interface DynamicsApi {

    /** What the article writes, the space included; bodies are bytes, so that no writer chooses a charset. */
    String JSON_UTF_8 = "application/json; charset=utf-8";

    /** Creates a definition: 204 and {@code OData-EntityId}, or 412 where it is there. */
    @POST
    @Path("/msdynmkt_segmentdefinitions")
    @ClientHeaderParam(name = HttpHeaders.CONTENT_TYPE, value = JSON_UTF_8)
    Uni<RestResponse<String>> createDefinition(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            byte[] body);

    /** Creates a segment: 204 and {@code OData-EntityId}, or 412 where it is there. */
    @POST
    @Path("/msdynmkt_segments")
    @ClientHeaderParam(name = HttpHeaders.CONTENT_TYPE, value = JSON_UTF_8)
    Uni<RestResponse<String>> createSegment(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            byte[] body);

    /** Publishes: 204, or 400 where the query is wrong. */
    @POST
    @Path("/msdynmkt_PublishSegmentDefinition")
    @ClientHeaderParam(name = HttpHeaders.CONTENT_TYPE, value = JSON_UTF_8)
    Uni<RestResponse<String>> publish(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            byte[] body);

    /** One definition: 200 and the row, or 404. */
    @GET
    @Path("/msdynmkt_segmentdefinitions({id})")
    Uni<RestResponse<String>> definition(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @PathParam("id") String id,
            @QueryParam("$select") String select);

    /** Many definitions: 200 and those rows that there are. */
    @GET
    @Path("/msdynmkt_segmentdefinitions")
    Uni<RestResponse<String>> definitions(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @QueryParam("$select") String select,
            @QueryParam("$filter") String filter);

    /** Many segments: 200 and those rows that there are. */
    @GET
    @Path("/msdynmkt_segments")
    Uni<RestResponse<String>> segments(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @QueryParam("$select") String select,
            @QueryParam("$filter") String filter);
}
