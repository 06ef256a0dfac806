package io.segmentrelay.dynamics.login;

/** The names of the settings that say who the relay is in Microsoft Entra ID: those of the Azure SDKs. */
public final class AzureSettings {

    static final String TENANT = "AZURE_TENANT_ID";
    static final String CLIENT = "AZURE_CLIENT_ID";
    static final String SECRET = "AZURE_CLIENT_SECRET";
    static final String CERTIFICATE = "AZURE_CLIENT_CERTIFICATE_PATH";
    static final String CERTIFICATE_PASSWORD = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
    static final String FEDERATED = "AZURE_FEDERATED_TOKEN_FILE";
    static final String AUTHORITY = "AZURE_AUTHORITY_HOST";

    private AzureSettings() {}
}
