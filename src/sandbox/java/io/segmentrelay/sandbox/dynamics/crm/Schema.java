package io.segmentrelay.sandbox.dynamics.crm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The attributes of the tables. */
final class Schema {

    private static final List<String> COMMON_TEXT = List.of(
            "emailaddress1",
            "telephone1",
            "address1_line1",
            "address1_city",
            "address1_county",
            "address1_country",
            "address1_postalcode");
    private static final List<String> PERSON_TEXT = List.of("firstname", "lastname", "fullname", "jobtitle");

    static final Map<String, Type> CONTACT = attributes(
            List.of("contactid", "mobilephone", "parentcustomerid"),
            List.of("annualincome", "numberofchildren", "gendercode"),
            List.of("birthdate"),
            true);
    static final Map<String, Type> LEAD = attributes(
            List.of("leadid", "subject", "companyname", "parentaccountid", "parentcontactid"),
            List.of(
                    "revenue",
                    "numberofemployees",
                    "estimatedvalue",
                    "leadqualitycode",
                    "leadsourcecode",
                    "industrycode"),
            List.of(),
            true);
    static final Map<String, Type> ACCOUNT = attributes(
            List.of("accountid", "name", "accountnumber", "websiteurl", "primarycontactid"),
            List.of("industrycode", "revenue", "numberofemployees"),
            List.of(),
            false);

    private Schema() {}

    private static Map<String, Type> attributes(
            List<String> texts, List<String> numbers, List<String> dates, boolean person) {
        var attributes = new HashMap<String, Type>();
        COMMON_TEXT.forEach(name -> attributes.put(name, Type.TEXT));
        texts.forEach(name -> attributes.put(name, Type.TEXT));
        List.of("statecode", "statuscode").forEach(name -> attributes.put(name, Type.NUMBER));
        numbers.forEach(name -> attributes.put(name, Type.NUMBER));
        List.of("createdon", "modifiedon").forEach(name -> attributes.put(name, Type.DATE));
        dates.forEach(name -> attributes.put(name, Type.DATE));
        if (person) {
            PERSON_TEXT.forEach(name -> attributes.put(name, Type.TEXT));
            List.of("donotbulkemail", "donotemail").forEach(name -> attributes.put(name, Type.BOOLEAN));
            attributes.put("description", Type.TEXT);
        }
        return attributes;
    }
}
