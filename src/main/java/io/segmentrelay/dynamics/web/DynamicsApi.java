package io.segmentrelay.dynamics.web;

import java.io.Closeable;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import org.jboss.resteasy.reactive.RestResponse;

import io.segmentrelay.dynamics.http.WebApi;
import io.segmentrelay.http.HttpAnswer;

/**
 * The calls of the Web API whose answers are small, as they go over the wire; what they mean is {@link DynamicsClient}'s
 * part. Every status is an answer here, none an exception, and bodies are bytes: no reader or writer chooses an encoding or a
 * charset. The member list, which may be of any size, is read as it comes, and is not among them.
 *
 * @see <a href="https://learn.microsoft.com/dynamics365/customer-insights/journeys/real-time-marketing-create-segment-api">
 *     Create a real-time marketing segment using the Web API</a>
 */
@Path(WebApi.PATH + "/{version}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@ClientHeaderParam(name = "OData-MaxVersion", value = WebApi.ODATA_VERSION)
@ClientHeaderParam(name = "OData-Version", value = WebApi.ODATA_VERSION)
@ClientHeaderParam(name = HttpHeaders.ACCEPT_ENCODING, value = HttpAnswer.ENCODINGS)
interface DynamicsApi extends Closeable {

    /** Creates a definition: 204 and {@code OData-EntityId}, or 412 where it is there. */
    @POST
    @Path("/msdynmkt_segmentdefinitions")
    @ClientHeaderParam(name = HttpHeaders.CONTENT_TYPE, value = WebApi.JSON_UTF_8)
    Uni<RestResponse<byte[]>> createDefinition(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            byte[] body);

    /** Creates a segment: 204 and {@code OData-EntityId}, or 412 where it is there. */
    @POST
    @Path("/msdynmkt_segments")
    @ClientHeaderParam(name = HttpHeaders.CONTENT_TYPE, value = WebApi.JSON_UTF_8)
    Uni<RestResponse<byte[]>> createSegment(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            byte[] body);

    /** Adds members to a group: 200 or 204; what is in it already does no harm. */
    @POST
    @Path("/msdynmkt_AddStaticMembers")
    @ClientHeaderParam(name = HttpHeaders.CONTENT_TYPE, value = WebApi.JSON_UTF_8)
    Uni<RestResponse<byte[]>> addStaticMembers(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            byte[] body);

    /** Publishes: 204, or 400 where the query is wrong, or where it is published. So before a repeat one has to look. */
    @POST
    @Path("/msdynmkt_PublishSegmentDefinition")
    @ClientHeaderParam(name = HttpHeaders.CONTENT_TYPE, value = WebApi.JSON_UTF_8)
    Uni<RestResponse<byte[]>> publish(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            byte[] body);

    /** Some calls in one request: 200, or the status of the one that failed, and their answers, as far as they were made. */
    @POST
    @Path("/$batch")
    @Consumes(WebApi.MULTIPART)
    Uni<RestResponse<byte[]>> batch(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            byte[] body);

    /** One definition: 200 and the row, or 404. */
    @GET
    @Path("/msdynmkt_segmentdefinitions({id})")
    Uni<RestResponse<byte[]>> definition(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @PathParam("id") String id,
            @QueryParam("$select") String select);

    /** Many definitions: 200 and those rows that there are. */
    @GET
    @Path("/msdynmkt_segmentdefinitions")
    Uni<RestResponse<byte[]>> definitions(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @QueryParam("$select") String select,
            @QueryParam("$filter") String filter);

    /** Many segments: 200 and those rows that there are. */
    @GET
    @Path("/msdynmkt_segments")
    Uni<RestResponse<byte[]>> segments(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @QueryParam("$select") String select,
            @QueryParam("$filter") String filter);

    /** One segment: 200 and the row, or 404. */
    @GET
    @Path("/msdynmkt_segments({id})")
    Uni<RestResponse<byte[]>> segment(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @PathParam("id") String id,
            @QueryParam("$select") String select);

    /** Deletes a segment's row: 204, or 404 where it is gone; 400 or 409 where others refer to it. */
    @DELETE
    @Path("/msdynmkt_segments({id})")
    Uni<RestResponse<byte[]>> deleteSegment(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @PathParam("id") String id);

    /** Deletes a definition's row: 204, or 404 where it is gone; 400 or 409 where others refer to it. */
    @DELETE
    @Path("/msdynmkt_segmentdefinitions({id})")
    Uni<RestResponse<byte[]>> deleteDefinition(
            @PathParam("version") String version,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @PathParam("id") String id);
}
