package io.segmentrelay.config;

import java.util.List;

/**
 * Settings that one part alone knows of: the credentials, or those of one way to deliver. {@link SettingsCheck} asks every bean
 * of this type, so that the settings need not know the parts.
 */
public interface MoreSettings {

    /** What is missing or wrong, one line each that names the setting and what it may be. */
    List<String> problems();
}
